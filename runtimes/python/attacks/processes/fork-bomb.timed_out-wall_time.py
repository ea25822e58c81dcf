# Forks in every process it has, as fast as it can.
# limits: wall-time=1s
# under runsc: not-held, because gVisor bounds no processes, so that memory runs out first
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
