# Grows slowly past the limit.
# limits: memory=48m wall-time=5s
import time

hoard = []
while True:
    hoard.append(b'x' * (256 << 10))
    time.sleep(0.005)
