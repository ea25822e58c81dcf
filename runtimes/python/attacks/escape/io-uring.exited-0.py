# Sets up an io_uring, which works past filters of system calls.
# under runsc: not-held, because the ring is one of gVisor's own kernel, and Debian's version takes no seccomp profile
import ctypes

SYS_io_uring_setup = 425
if ctypes.CDLL(None, use_errno=True).syscall(SYS_io_uring_setup, 4, ctypes.create_string_buffer(120)) >= 0:
    print('BREACH: an io_uring')
