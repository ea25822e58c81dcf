# Leaves bytes unread in 250 connections of its own loopback, whose memory a control group of version 1 does not see by itself.
# under runsc: out_of_memory, gVisor's kernel, with its sockets, is in the sandbox's memory
# limits: memory=64m
# under cgroup v2: out_of_memory or exited-0, what waits in sockets is the sandbox's memory there
# under docker on cgroup v1: not-held, nobody charges sockets there: runc does not set memory.kmem.tcp.limit_in_bytes
import socket

MOST = 96 << 20
held, kept = 0, []
server = socket.create_server(('127.0.0.1', 0))
for _ in range(250):
    near = socket.create_connection(server.getsockname())
    far, _ = server.accept()
    kept += [near, far]
    for end in (near, far):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 << 20)
        end.setblocking(False)
        try:
            while True:
                held += end.send(bytes(65536))
        except OSError:
            pass
if held > MOST:
    print(f'BREACH: {held} bytes waited in connections')
