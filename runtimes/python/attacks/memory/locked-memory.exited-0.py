# Locks 64 MiB into memory, which the kernel then could not take back.
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
big = mmap.mmap(-1, 64 << 20)
if libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(big))), ctypes.c_size_t(64 << 20)) == 0:
    print('BREACH: locked 64 MiB')
