# Collects dead children, which take up places in the kernel's table.
# under runsc: not-held, because gVisor bounds no processes
import os

dead = 0
try:
    while dead < 1000:
        if os.fork() == 0:
            os._exit(0)
        dead += 1
except BlockingIOError as e:
    print(e.strerror)
if dead > 63:
    print(f'BREACH: {dead} zombies')
