# Asks for new namespaces by unshare: in a user namespace of its own it would be root, and reach more of the kernel.
# under runsc: not-held, because the namespaces are those of gVisor's own kernel, and Debian's version takes no seccomp profile
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
NAMES = {'time': 0x80, 'mount': 0x20000, 'cgroup': 0x2000000, 'uts': 0x4000000, 'ipc': 0x8000000, 'user': 0x10000000, 'pid': 0x20000000, 'net': 0x40000000}
for name, flag in NAMES.items():
    for flags in {flag, flag | NAMES['user']}:
        if os.fork() == 0:
            if libc.unshare(flags) == 0:
                print(f'BREACH: a {name} namespace ({flags:#x})', flush=True)
            os._exit(0)
        os.wait()
