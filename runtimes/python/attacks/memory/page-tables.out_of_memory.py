# Only reads, one byte in every 2 MiB: the data stays one shared page of zeros, and the page tables grow.
# limits: memory=32m
import mmap

MAP_NORESERVE = 0x4000
big = mmap.mmap(-1, 64 << 30, flags=mmap.MAP_PRIVATE | MAP_NORESERVE, prot=mmap.PROT_READ)
big.madvise(mmap.MADV_NOHUGEPAGE)
for at in range(0, 64 << 30, 2 << 20):
    big[at]
