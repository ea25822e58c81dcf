# Leaves a daemon that lengthens and cuts off a file while it is collected.
# outputs: *.log
# brings-back: a.log
import os

file = os.open('a.log', os.O_RDWR | os.O_CREAT)
os.write(file, b'x')
if os.fork() == 0:
    os.setsid()
    while True:
        os.pwrite(file, b'x' * 1000, 0)
        os.ftruncate(file, 1)
