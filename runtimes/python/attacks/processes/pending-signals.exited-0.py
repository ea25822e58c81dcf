# Queues as many signals as the kernel takes, which counts them by the host's user.
# under runsc: not-held, gVisor counts in its own kernel
import ctypes
import os
import signal

number = signal.SIGRTMIN
signal.pthread_sigmask(signal.SIG_BLOCK, [number])
libc = ctypes.CDLL(None)
count = 0
while count < 40000 and libc.sigqueue(os.getpid(), number, ctypes.c_void_p(0)) == 0:
    count += 1
if count > 16384:
    print(f'BREACH: {count} signals wait')
