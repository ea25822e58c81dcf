import signal
import time


def ring(number, frame):
    raise TimeoutError


signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(10)
except TimeoutError:
    print("rang", signal.getitimer(signal.ITIMER_REAL))
