import sys

del sys.excepthook
raise ValueError("nobody prints this nicely")
