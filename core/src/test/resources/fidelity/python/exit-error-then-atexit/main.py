import atexit
import sys

atexit.register(lambda: print("atexit sees", sys.exc_info()[0]))
raise ValueError("in main")
