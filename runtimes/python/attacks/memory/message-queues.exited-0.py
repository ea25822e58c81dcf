# Makes as many POSIX message queues as the kernel takes, which counts their bytes by the host's user.
# under runsc: not-held, gVisor counts in its own kernel
import ctypes

class Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ('flags', 'messages', 'bytes', 'now')] + [('reserved', ctypes.c_long * 4)]

O_CREAT, O_RDWR = 0o100, 0o2
MESSAGES, BYTES = 10, 8192
libc = ctypes.CDLL(None, use_errno=True)
attributes, count = Attributes(0, MESSAGES, BYTES, 0), 0
while count < 200 and libc.mq_open(f'/q{count}'.encode(), O_CREAT | O_RDWR, 0o600, ctypes.byref(attributes)) >= 0:
    count += 1
if count * MESSAGES * BYTES > 819200:
    print(f'BREACH: {count} queues')
