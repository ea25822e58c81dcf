# Counts how many processes may live: as many as allowed, and not one more.
# limits: pids=16
# under runsc: not-held, because gVisor bounds no processes, and the host's bound on its threads ends the sandbox
import os
import sys
import time

alive = 1
try:
    while alive < 1000:
        if os.fork() == 0:
            time.sleep(60)
        alive += 1
except BlockingIOError:
    pass
if alive > 16:
    print(f'BREACH: {alive} processes')
sys.exit(alive != 16)
