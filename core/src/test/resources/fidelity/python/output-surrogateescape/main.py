import os
import sys

name = os.fsdecode(b"caf\xe9")
print(ascii(name), sys.getfilesystemencodeerrors())
sys.stdout.flush()
sys.stdout.buffer.write(os.fsencode(name) + b"\n")
print(name)
