# Stops PID 1 by the calls that send signals in some other way.
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
information = (ctypes.c_int * 32)(signal.SIGSTOP, 0, -1)
calls = {'tkill': (200, 1, signal.SIGSTOP), 'tgkill': (234, 1, 1, signal.SIGSTOP), 'rt_sigqueueinfo': (129, 1, signal.SIGSTOP, information),
         'rt_tgsigqueueinfo': (297, 1, 1, signal.SIGSTOP, information)}
for name, arguments in calls.items():
    if libc.syscall(*arguments) == 0:
        print('BREACH:', name)
try:
    signal.pidfd_send_signal(os.pidfd_open(1), signal.SIGSTOP)
    print('BREACH: pidfd_send_signal')
except OSError as e:
    print(e.strerror)
