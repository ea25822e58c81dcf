# Writes to standard error forever.
# limits: output=64k
import os

while True:
    os.write(2, b'e' * 4096)
