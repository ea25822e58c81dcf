import os
import signal

try:
    os.kill(os.getpid(), signal.SIGINT)
    print("never")
except KeyboardInterrupt as stop:
    print("caught", repr(stop))
