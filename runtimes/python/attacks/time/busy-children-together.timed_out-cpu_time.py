# Spreads its work over four processes, none of which uses up the CPU time by itself.
# limits: cpu-time=300ms wall-time=5s
# under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
import os
import time

os.fork()
os.fork()
while time.process_time() < 0.2:
    pass
while True:
    time.sleep(1)
