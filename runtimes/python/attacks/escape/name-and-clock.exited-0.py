# Changes the name of the machine and its clock.
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in {'sethostname': (b'attack', 6), 'setdomainname': (b'attack', 6)}.items():
    if getattr(libc, name)(*arguments) == 0:
        print('BREACH:', name)
now = (ctypes.c_long * 2)(int(time.time()), 0)
ADJ_STATUS = 0x10
timex = (ctypes.c_long * 26)(ADJ_STATUS, 0, 0, 0, 0, 0x40)
for name, number, arguments in (('settimeofday', 164, (now, None)), ('clock_settime', 227, (0, now)), ('adjtimex', 159, (timex,)), ('clock_adjtime', 305, (0, timex))):
    if libc.syscall(number, *arguments) >= 0:
        print('BREACH:', name)
