# Looks for a thread or a child to whom the filter of system calls does not apply, or who may gain privileges.
import ctypes
import glob
import os
import threading
import time

PR_GET_NO_NEW_PRIVS = 39
IN_GVISOR = os.path.exists('/proc/sentry-meminfo')   # whose kernel answers every call itself, and has no filter to show

def check(who):
    if ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1:
        print('BREACH: new privileges for', who, flush=True)
    for path in glob.glob('/proc/self/task/*/status'):
        if not IN_GVISOR and 'Seccomp:\t2' not in open(path).read():
            print('BREACH: no filter on', who, flush=True)

for _ in range(3):
    threading.Thread(target=time.sleep, args=(0.5,)).start()
check('the program')
if os.fork() == 0:
    check('a child')
    os._exit(0)
os.wait()
