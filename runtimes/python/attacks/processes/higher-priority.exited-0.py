# Asks to be preferred to others by the scheduler.
# under runsc: not-held, because gVisor lets anybody set any priority, which means nothing to the host
import ctypes
import os

def attempt(name, action):
    try:
        action()
        print('BREACH:', name)
    except OSError as e:
        print(name, e.strerror)

attempt('nice', lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    attempt(f'scheduler {policy}', lambda: os.sched_setscheduler(0, policy, os.sched_param(1)))
SYS_ioprio_set, REAL_TIME = 251, 1 << 13
if ctypes.CDLL(None).syscall(SYS_ioprio_set, 1, 0, REAL_TIME) == 0:
    print('BREACH: disk access in real time')
