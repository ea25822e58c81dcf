# Types into the terminal of whoever started it.
import fcntl
import os

TIOCSTI, TIOCLINUX, TIOCCONS = 0x5412, 0x541C, 0x541D
terminals = [0, 1, 2]
for path in ('/dev/tty', '/dev/console', '/dev/tty0', '/dev/tty1', '/dev/ttyS0', '/dev/pts/0', '/dev/pts/1'):
    try:
        terminals.append(os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))
        print('BREACH: opened', path)
    except OSError as e:
        print(e.strerror)
for fd in terminals:
    for request in (TIOCSTI, TIOCLINUX, TIOCCONS):
        try:
            fcntl.ioctl(fd, request, b'\3')
            print('BREACH: typed at', fd)
        except OSError as e:
            print(e.strerror)
