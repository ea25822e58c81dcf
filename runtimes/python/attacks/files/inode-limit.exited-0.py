# Makes as many files, folders and links as it can: none of them has a byte in it.
# under runsc: not-held, because gVisor bounds the bytes of a tmpfs and not its inodes; they count as the sandbox's memory
import os

made = 0
try:
    while made < 50_000:
        os.mkdir(f'd{made}')
        os.symlink('x', f'l{made}')
        os.mkfifo(f'f{made}')
        made += 3
except OSError as e:
    print(e.strerror, made)
if made > 16_384:
    print(f'BREACH: {made} inodes')
