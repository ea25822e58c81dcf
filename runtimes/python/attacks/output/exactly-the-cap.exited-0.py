# Writes exactly as much as it may.
# limits: output=10240
import os

left = 10240
while left:
    left -= os.write(1, b'x' * min(left, 777))
