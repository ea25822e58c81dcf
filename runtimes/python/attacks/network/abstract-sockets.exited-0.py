# Looks for abstract sockets of other processes, which need no file to be found.
import os
import socket

if os.path.exists('/proc/net/unix'):
    for line in open('/proc/net/unix').read().splitlines()[1:]:
        if len(line.split()) > 7:
            print('BREACH:', line.split()[7])
for name in ('/containerd-shim', '/tmp/dbus-system', '/org/systemd/notify', 'docker'):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect('\0' + name)
            print('BREACH: connected to', name)
        except OSError as e:
            print(e.strerror)
