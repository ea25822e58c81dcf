# Writes into a read-only file through the memory into which it is mapped (as CVE-2016-5195 did).
import ctypes
import mmap
import os

with open('/etc/passwd', 'rb') as file:
    mapped = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
    before = file.read()
    start = next(int(line.split('-')[0], 16) for line in open('/proc/self/maps') if line.rstrip().endswith('/etc/passwd'))
    try:
        memory = os.open('/proc/self/mem', os.O_RDWR)
        os.pwrite(memory, b'attack', start)
    except OSError as e:
        print(e.strerror)
if open('/etc/passwd', 'rb').read() != before:
    print('BREACH: wrote into /etc/passwd')
try:
    with open('/etc/passwd', 'rb') as file:
        mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_WRITE)
    print('BREACH: mapped it for writing')
except OSError as e:
    print(e.strerror)
