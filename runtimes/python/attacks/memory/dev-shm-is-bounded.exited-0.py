# Fills /dev/shm, which has a bound of its own.
import errno
import os

written = 0
try:
    with open('/dev/shm/big', 'wb', buffering=0) as file:
        while written < 64 << 20:
            written += file.write(bytes(65536))
except OSError as e:
    print(errno.errorcode[e.errno])
if written > 16 << 20:
    print(f'BREACH: {written} bytes in /dev/shm')
