# Makes itself the one to whom orphans fall, so that they never become the agent's, and leaves them behind.
import ctypes
import os
import time

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(1)
        print('BREACH: an orphan outlived the program', flush=True)
        time.sleep(60)
    os._exit(0)
os.wait()
