# Becomes root, by every call that changes who it is.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in {'setuid': (0,), 'seteuid': (0,), 'setreuid': (0, 0), 'setresuid': (0, 0, 0), 'setgid': (0,), 'setegid': (0,), 'setregid': (0, 0),
                        'setresgid': (0, 0, 0), 'setgroups': (1, (ctypes.c_uint32 * 1)(0))}.items():
    if getattr(libc, name)(*arguments) == 0:
        print('BREACH:', name)
libc.setfsuid(0)
if libc.setfsuid(-1) == 0 or 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()):
    print('BREACH: is root')
