# Sets flags on its streams and opens their other ends, so that the agent might block on them.
import fcntl
import os

for fd in (0, 1, 2):
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        try:
            other = os.open(f'/proc/self/fd/{fd}', flags | os.O_NONBLOCK)
            fcntl.fcntl(other, fcntl.F_SETFL, 0)
        except OSError as e:
            print(e.strerror)
