import atexit
import sys


class Leave:
    def __call__(self):
        print("leaving by atexit")
        sys.exit(6)

    def __repr__(self):
        return "<leave>"


atexit.register(Leave())
