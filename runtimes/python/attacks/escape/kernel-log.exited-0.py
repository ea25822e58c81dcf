# Reads and clears the log of the kernel.
import ctypes
import os

READ_ALL, CLEAR, SIZE = 3, 5, 10
buffer = ctypes.create_string_buffer(4096)
IN_GVISOR = os.path.exists('/proc/sentry-meminfo')   # which has a log of its own, the same jokes for everybody
for action in (READ_ALL, SIZE, CLEAR):
    if ctypes.CDLL(None).klogctl(action, buffer, 4096) >= 0 and not IN_GVISOR:
        print('BREACH: the kernel log', action)
for path in ('/dev/kmsg', '/proc/kmsg'):
    for mode in (os.O_RDONLY, os.O_WRONLY):
        try:
            os.open(path, mode | os.O_NONBLOCK)
            print('BREACH: opened', path)
        except OSError as e:
            print(e.strerror)
