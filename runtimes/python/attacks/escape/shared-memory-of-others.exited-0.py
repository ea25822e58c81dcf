# Looks for shared memory, semaphores and queues that other sandboxes might have made.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
SHM_INFO, MSG_INFO = 14, 12
counts = (ctypes.c_int * 64)()
for name, call, command in (('segments', libc.shmctl, SHM_INFO), ('queues', libc.msgctl, MSG_INFO)):
    if call(0, command, counts) >= 0 and counts[0] > 0:
        print('BREACH:', counts[0], name)
for path in ('/proc/sysvipc/shm', '/proc/sysvipc/sem', '/proc/sysvipc/msg'):
    if os.path.exists(path) and len(open(path).readlines()) > 1:
        print('BREACH:', path)
for folder in ('/dev/shm', '/dev/mqueue'):
    if os.path.isdir(folder) and os.listdir(folder):
        print('BREACH:', os.listdir(folder))
for key in (0x1234, 0x5F5A, 1):
    if libc.shmget(key, 0, 0) >= 0:
        print('BREACH: memory under key', key)
