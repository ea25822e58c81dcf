# Spreads its data over eight processes, each of which is small.
# limits: memory=64m wall-time=5s
import os
import time

for _ in range(8):
    if os.fork() == 0:
        hoard = b'x' * (12 << 20)
        time.sleep(60)
time.sleep(60)
