import atexit


class Bye:
    def __call__(self):
        raise ValueError("in atexit")

    def __repr__(self):
        return "<bye>"


atexit.register(print, "runs last")
atexit.register(Bye())
atexit.register(print, "runs first")
