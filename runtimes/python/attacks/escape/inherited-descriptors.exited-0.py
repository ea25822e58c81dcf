# Looks for descriptors beside its three pipes: a folder of the host, a socket to the service (CVE-2024-21626).
import os
import stat

for fd in range(4096):
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        continue
    if fd > 2 or not stat.S_ISFIFO(mode):
        print('BREACH: descriptor', fd, os.readlink(f'/proc/self/fd/{fd}'))
if os.getcwd() != '/work':
    print('BREACH: starts in', os.getcwd())
