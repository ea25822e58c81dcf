# Leaves a daemon that writes on when the program has ended.
import os
import time

if os.fork() == 0:
    os.setsid()
    time.sleep(0.5)
    while True:
        os.write(1, b'BREACH: output after the end\n')
