# Leaves children in sessions and process groups of their own, where a signal to the program's group does not reach them.
import os
import signal
import time

for leave in (os.setsid, os.setpgrp):
    if os.fork() == 0:
        leave()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        time.sleep(1)
        print('BREACH: a child survived in a group of its own', flush=True)
        time.sleep(60)
time.sleep(0.2)
