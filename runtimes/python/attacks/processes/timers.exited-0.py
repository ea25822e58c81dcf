# Makes as many timers as the kernel takes, which counts each of them as a signal of the host's user.
# under runsc: not-held, gVisor counts in its own kernel
import ctypes

libc = ctypes.CDLL(None)
count, made = 0, ctypes.c_void_p()
while count < 40000 and libc.timer_create(1, None, ctypes.byref(made)) == 0:
    count += 1
if count > 16384:
    print(f'BREACH: {count} timers')
