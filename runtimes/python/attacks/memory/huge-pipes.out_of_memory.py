# Keeps its data in pipes of 1 MiB.
# limits: memory=32m
import fcntl
import os

pipes = [os.pipe() for _ in range(48)]
for _, end in pipes:
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 1 << 20)
    os.write(end, b'x' * (1 << 20))
