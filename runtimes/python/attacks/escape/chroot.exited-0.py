# Makes a folder its root, the first half of the classical way out.
import os

os.mkdir('jail')
try:
    os.chroot('jail')
    print('BREACH: a root of its own')
except OSError as e:
    print(e.strerror)
