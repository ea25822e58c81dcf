import sys


class Noisy:
    def __del__(self):
        raise ValueError("in __del__")


def hook(unraisable):
    print(unraisable.exc_type.__name__, unraisable.exc_value, unraisable.object.__qualname__)


sys.unraisablehook = hook
Noisy()
kept = Noisy()
print("end of main")
