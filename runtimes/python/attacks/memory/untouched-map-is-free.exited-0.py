# Maps 8 GiB and touches only its ends: what is not there must not count.
# limits: memory=64m
import mmap

MAP_NORESERVE = 0x4000
big = mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | MAP_NORESERVE)
big[0] = big[-1] = 1
