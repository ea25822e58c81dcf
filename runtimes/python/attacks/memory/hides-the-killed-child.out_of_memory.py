# Has a child run out of memory and then ends well, as if nothing had happened.
# limits: memory=64m
import os

if os.fork() == 0:
    hoard = b'x' * (128 << 20)
    os._exit(0)
os.wait()
