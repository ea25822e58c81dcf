import fcntl
import os

for descriptor in range(3):
    print(os.get_blocking(descriptor), fcntl.fcntl(descriptor, fcntl.F_GETFD))
