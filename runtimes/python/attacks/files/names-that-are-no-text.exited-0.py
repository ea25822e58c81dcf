# Asks for files back whose names are no text, or too long, or end a line.
# outputs: *.none **/*.none
import os

os.mkdir(b'\xff\xfe')
for name in (b'\xff\xfe/x', b'new\nline', b'\x1b[2J', b'\xed\xa0\x80', b'x' * 250):
    os.symlink(b'/etc/passwd', name + b'.none')
