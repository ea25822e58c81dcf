# Writes to both streams from two processes at once, neither of which passes the cap alone before the other has.
# limits: output=64k
import os

stream = 1 if os.fork() else 2
while True:
    os.write(stream, b'x' * 1000)
