# Makes calls that no kernel has yet: they must look as if they were missing (ENOSYS), so that a C library falls back.
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
for number in (600, 700, 1000):
    ctypes.set_errno(0)
    if libc.syscall(number, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != errno.ENOSYS:
        print('BREACH: call', number, errno.errorcode.get(ctypes.get_errno()))
