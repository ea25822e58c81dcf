// Connects to the sockets of those who make containers.
const net = require('net');

for (const path of ['/var/run/docker.sock', '/run/containerd/containerd.sock', '/run/podman/podman.sock', '\0/containerd-shim']) {
  net
    .connect({ path })
    .on('connect', () => console.log('BREACH: connected to', path) ?? process.exit())
    .on('error', (e) => console.log(e.code));
}
