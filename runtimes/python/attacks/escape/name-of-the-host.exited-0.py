# Asks where it is by every name there is: all sandboxes have one and the same.
import os
import socket

EXPECTED = 'mayfly'
names = {'uname': os.uname().nodename, 'gethostname': socket.gethostname(), 'variable': os.environ.get('HOSTNAME', EXPECTED)}
for name, path in {'/etc/hostname': '/etc/hostname', '/proc/sys': '/proc/sys/kernel/hostname'}.items():
    if os.path.exists(path):
        names[name] = open(path).read().strip() or EXPECTED
for name, value in names.items():
    if value != EXPECTED:
        print('BREACH:', name, 'says', value)
for path in ('/etc/machine-id', '/var/lib/dbus/machine-id', '/sys/class/dmi/id/product_uuid', '/sys/class/dmi/id/product_serial'):
    try:
        if open(path).read().strip() not in ('', 'uninitialized'):
            print('BREACH: read', path)
    except OSError:
        pass
