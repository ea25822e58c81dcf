# Makes a child of the agent's own, whose end and exit code the agent might take for the program's.
import ctypes
import os
import time

CLONE_PARENT, SIGCHLD, SYS_clone = 0x8000, 17, 56
sibling = ctypes.CDLL(None, use_errno=True).syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0)
if sibling == 0:
    os._exit(7)
time.sleep(0.3)
