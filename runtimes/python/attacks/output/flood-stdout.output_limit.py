# Writes to standard output forever.
# limits: output=64k
import os

while True:
    os.write(1, b'o' * 4096)
