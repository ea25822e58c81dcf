import atexit
import os
import signal
import sys

atexit.register(print, "cleaned up")
signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
os.kill(os.getpid(), signal.SIGTERM)
