# Leaves a daemon behind that goes on computing after the program's end.
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        end = time.monotonic() + 1
        while time.monotonic() < end:
            pass
        print('BREACH: a daemon outlived the program', flush=True)
        while True:
            pass
    os._exit(0)
os.wait()
