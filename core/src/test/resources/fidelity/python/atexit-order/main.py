import atexit
import weakref


class Thing:
    pass


@atexit.register
def first():
    print("registered first, runs last")
    atexit.register(print, "registered while running")


thing = Thing()
weakref.finalize(thing, print, "finalizer")
atexit.register(print, "registered", "last", sep=" ", end="!\n")
atexit.unregister(len)
print("main ends")
