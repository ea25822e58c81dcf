import atexit
import signal

atexit.register(print, "atexit runs")
signal.raise_signal(signal.SIGINT)
