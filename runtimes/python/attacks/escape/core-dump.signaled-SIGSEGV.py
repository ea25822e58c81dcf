# Crashes with all its memory written to a file, and asks for it back.
# outputs: core core.* **/*.core
import ctypes
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print('BREACH: core dumps', flush=True)
except ValueError as e:
    print(e, flush=True)
if os.fork() == 0:
    ctypes.string_at(1)
status = os.wait()[1]
if os.WCOREDUMP(status):
    print('BREACH: a core was dumped', flush=True)
ctypes.string_at(1)
