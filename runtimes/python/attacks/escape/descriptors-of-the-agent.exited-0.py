# Takes the agent's descriptors, by which it speaks to the service.
import ctypes
import os

SYS_pidfd_getfd, SYS_kcmp = 438, 312
libc = ctypes.CDLL(None, use_errno=True)
try:
    agent = os.pidfd_open(1)
    for fd in range(10):
        if libc.syscall(SYS_pidfd_getfd, agent, fd, 0) >= 0:
            print('BREACH: has the agent\'s', fd)
except OSError as e:
    print(e.strerror)
if libc.syscall(SYS_kcmp, os.getpid(), 1, 0, 1, 1) >= 0:
    print('BREACH: compared descriptors')
