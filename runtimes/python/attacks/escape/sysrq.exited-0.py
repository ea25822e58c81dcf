# Opens the file by which a letter restarts the machine.
import os

try:
    os.open('/proc/sysrq-trigger', os.O_WRONLY)
    print('BREACH: may restart the machine')
except OSError as e:
    print(e.strerror)
