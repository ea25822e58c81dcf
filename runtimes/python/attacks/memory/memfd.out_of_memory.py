# Hides its data in a file that has no name and lies in no folder.
# limits: memory=64m
import os

file = os.memfd_create('hoard')
while True:
    os.write(file, b'x' * (1 << 20))
