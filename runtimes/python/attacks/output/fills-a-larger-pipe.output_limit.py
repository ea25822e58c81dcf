# Makes its output's pipe larger, fills it and has ended before anybody reads it.
# limits: output=64k
import fcntl
import os

fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)
os.write(1, b'x' * (1 << 20))
os._exit(0)
