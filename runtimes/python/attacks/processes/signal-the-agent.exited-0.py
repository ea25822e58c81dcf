# Sends every signal to PID 1.
import os
import signal

for number in range(1, signal.NSIG):
    try:
        os.kill(1, number)
        print('BREACH: sent signal', number)
    except OSError:
        pass
