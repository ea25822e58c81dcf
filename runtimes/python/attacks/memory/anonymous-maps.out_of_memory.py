# Takes memory from the kernel past Python's allocator, shared as if it were nobody's.
# limits: memory=64m
import mmap

maps = []
while True:
    maps.append(mmap.mmap(-1, 1 << 20))
    maps[-1].write(b'x' * (1 << 20))
