# The child leaves by the ordinary way, with its own atexit and its own error.
import atexit
import os

atexit.register(lambda: print("atexit", os.getpid() == parent, flush=True))
parent = os.getpid()
child = os.fork()
if child == 0:
    raise ValueError("in the child")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
