# Starts threads until the kernel refuses: they count as processes do.
# under runsc: not-held, because gVisor bounds no threads
import os
import threading
import time

started = 1
try:
    while started < 1000:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError as e:
    print(e, flush=True)
if started > 64:
    print(f'BREACH: {started} threads', flush=True)
os._exit(0)
