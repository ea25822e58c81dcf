# Writes, cuts off, renames, deletes and re-owns files of the image.
import os

open('/work/x', 'w').close()
attempts = {'write': lambda p: open(p, 'r+b'), 'truncate': lambda p: os.truncate(p, 0), 'rename': lambda p: os.rename(p, p + '.old'),
            'delete': os.unlink, 'chmod': lambda p: os.chmod(p, 0o777), 'chown': lambda p: os.chown(p, 1000, 1000),
            'touch': os.utime, 'attribute': lambda p: os.setxattr(p, 'user.x', b'x')}
for path in ('/etc/passwd', '/etc/hosts', '/etc/resolv.conf', '/usr/bin/python3', '/mayfly/agent', '/bin/sh'):
    for name, attempt in attempts.items():
        if os.path.exists(path):
            try:
                attempt(path)
                print('BREACH:', name, path)
            except OSError:
                pass
for attempt in (os.unlink, lambda path: os.symlink('/etc/passwd', path), lambda path: os.rename('/work/x', path)):
    try:
        attempt('/dev/mayfly/entrypoint')
        print('BREACH: another entry point')
    except OSError as e:
        print(e.strerror)
