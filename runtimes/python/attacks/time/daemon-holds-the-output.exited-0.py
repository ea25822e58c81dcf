# Ends, but leaves a child that keeps standard output open, so that its reader sees no end.
import os
import time

if os.fork() == 0:
    time.sleep(5)
    print('BREACH: the result waited for a daemon', flush=True)
    time.sleep(60)
