# Kills every process that it may reach.
import os
import signal

try:
    os.kill(-1, signal.SIGKILL)
except OSError as e:
    print(e.strerror)
os.kill(os.getpid(), 0)
