# Enters the namespaces of the agent, by their files and by its descriptor.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name in ('cgroup', 'ipc', 'mnt', 'net', 'pid', 'time', 'user', 'uts'):
    try:
        if libc.setns(os.open(f'/proc/1/ns/{name}', os.O_RDONLY), 0) == 0:
            print('BREACH: entered', name)
    except OSError as e:
        print(e.strerror)
try:
    if libc.setns(os.pidfd_open(1), 0x7E020000) == 0:
        print('BREACH: entered them all')
except OSError as e:
    print(e.strerror)
