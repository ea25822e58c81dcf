# Writes one byte at a time: the cost is in the writes and not in the bytes.
# limits: output=16k
import os

while True:
    os.write(1, b'x')
