# Joins, makes and lists the kernel's keyrings, which know no containers.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
SYS_add_key, SYS_request_key, SYS_keyctl, PROCESS_KEYRING, JOIN_SESSION, GET_ID = 248, 249, 250, -2, 1, 0
for name, arguments in {'add_key': (SYS_add_key, b'user', b'attack', b'x', 1, PROCESS_KEYRING), 'request_key': (SYS_request_key, b'user', b'attack', None, 0),
                        'join': (SYS_keyctl, JOIN_SESSION, 0), 'session': (SYS_keyctl, GET_ID, -3, 0), 'user': (SYS_keyctl, GET_ID, -4, 1)}.items():
    if libc.syscall(*arguments) >= 0:
        print('BREACH:', name)
if os.path.exists('/proc/keys') and open('/proc/keys').read():
    print('BREACH: /proc/keys')
