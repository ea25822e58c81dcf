# Takes over its own page faults, by which races in the kernel are won.
import ctypes

SYS_userfaultfd, USER_MODE_ONLY = 323, 1
for flags in (0, USER_MODE_ONLY):
    if ctypes.CDLL(None).syscall(SYS_userfaultfd, flags) >= 0:
        print('BREACH: userfaultfd', flags)
