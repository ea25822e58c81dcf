# Writes one line of 100 MB, which no reader may wait for the end of.
# limits: output=64k
import sys

line = b'x' * 1_000_000
for _ in range(100):
    sys.stdout.buffer.write(line)
