import sys

try:
    sys.exit(9)
except SystemExit as stop:
    print("caught", stop.code, repr(stop))
