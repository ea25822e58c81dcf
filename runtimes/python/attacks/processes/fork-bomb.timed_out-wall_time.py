# Forks in every process it has, as fast as it can.
# limits: wall-time=1s
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
