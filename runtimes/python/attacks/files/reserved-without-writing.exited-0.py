# Reserves room without writing to it, in files that have no name any more, in both folders.
# limits: disk=10m
import os

for folder in ('/work', '/tmp'):
    reserved = 0
    try:
        for number in range(20):
            file = os.open(f'{folder}/{number}', os.O_RDWR | os.O_CREAT)
            os.unlink(f'{folder}/{number}')
            os.posix_fallocate(file, 0, 4 << 20)
            reserved += 4 << 20
    except OSError as e:
        print(e.strerror)
    if reserved > 10 << 20:
        print(f'BREACH: {reserved} bytes in {folder}')
