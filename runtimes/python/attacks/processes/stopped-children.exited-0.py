# Leaves stopped children behind, which answer no signal but SIGKILL.
import os
import signal
import time

for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        os.kill(os.getpid(), signal.SIGSTOP)
        print('BREACH: a stopped child was woken', flush=True)
        os._exit(0)
time.sleep(0.2)
