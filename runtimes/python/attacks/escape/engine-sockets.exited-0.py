# Looks for the sockets of those who make containers: whoever may speak to them is root on the host.
import os
import stat

for path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock', '/run/docker/containerd/containerd.sock', '/run/podman/podman.sock',
             '/run/crio/crio.sock', '/run/systemd/private', '/run/dbus/system_bus_socket', '/run/mayfly', '/var/lib/mayfly', '/var/lib/docker'):
    if os.path.lexists(path):
        print('BREACH: there is', path)
for folder, _, names in os.walk('/'):
    if folder.startswith(('/proc', '/sys')):
        continue
    for name in names:
        if stat.S_ISSOCK(os.lstat(os.path.join(folder, name)).st_mode):
            print('BREACH: there is a socket', folder, name)
