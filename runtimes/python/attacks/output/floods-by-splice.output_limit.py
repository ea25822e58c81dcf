# Has the kernel move the pages of a file into its output, without a write.
# limits: output=64k
import os

file = os.memfd_create('big')
os.write(file, b'x' * (1 << 20))
while True:
    os.splice(file, 1, 65536, offset_src=0)
