# Looks for a device beside the harmless ones.
# under runsc: not-held, because the devices are those of gVisor's own kernel
import os
import stat

HARMLESS = {'full': (1, 7), 'null': (1, 3), 'ptmx': (5, 2), 'random': (1, 8), 'tty': (5, 0), 'urandom': (1, 9), 'zero': (1, 5)}
for folder, _, names in os.walk('/dev'):
    for name in names:
        path = os.path.join(folder, name)
        status = os.lstat(path)
        if stat.S_ISBLK(status.st_mode) or (stat.S_ISCHR(status.st_mode) and HARMLESS.get(name) != (os.major(status.st_rdev), os.minor(status.st_rdev))):
            try:
                os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
                print('BREACH: opened', path)
            except OSError as e:
                print(path, e.strerror)
