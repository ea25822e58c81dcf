# Restarts the machine, loads a module or another kernel, takes ports, swaps, keeps accounts: whatever gets past the refusal is a breach.
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
KEYS_DO_NOTHING = 0   # the one command of reboot that would do no harm
calls = {'reboot': (169, 0xFEE1DEAD, 672274793, KEYS_DO_NOTHING, None), 'kexec_load': (246, 0, 0, None, 0), 'kexec_file_load': (320, -1, -1, 0, None, 0),
         'init_module': (175, b'', 0, b''), 'finit_module': (313, -1, b'', 0), 'delete_module': (176, b'attack', 0), 'swapon': (167, b'/work/none', 0),
         'swapoff': (168, b'/work/none'), 'acct': (163, b'/work/none'), 'quotactl': (179, 0, None, 0, None), 'iopl': (172, 3), 'ioperm': (173, 0x70, 1, 1),
         'vhangup': (153,), 'lookup_dcookie': (212, 0, None, 0)}
for name, arguments in calls.items():
    ctypes.set_errno(0)
    if libc.syscall(*arguments) >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        print('BREACH:', name, errno.errorcode.get(ctypes.get_errno()))
