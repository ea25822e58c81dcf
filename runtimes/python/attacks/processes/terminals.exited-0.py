# Opens as many pseudo-terminals as the kernel gives, of which a host has 4,096 for everybody.
# under docker: not-held, the engine mounts them without a bound
# under runsc: not-held, gVisor has its own
import os

count, kept = 0, []
try:
    while count < 200:
        kept.append(os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY))
        count += 1
except OSError:
    pass
if count > 64:
    print(f'BREACH: {count} terminals')
