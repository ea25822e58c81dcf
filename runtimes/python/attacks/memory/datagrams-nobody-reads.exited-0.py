# Leaves datagrams unread in 300 sockets of its own loopback, whose memory a control group of version 1 does not see by itself.
# under runsc: out_of_memory, gVisor's kernel, with its sockets, is in the sandbox's memory
# limits: memory=64m
# under cgroup v2: out_of_memory or exited-0, what waits in sockets is the sandbox's memory there
# under docker on cgroup v1: not-held, nobody charges sockets there: runc does not set memory.kmem.tcp.limit_in_bytes
import socket

MOST = 32 << 20
receivers = []
for _ in range(300):
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
    receiver.bind(('127.0.0.1', 0))
    receiver.setblocking(False)
    receivers.append(receiver)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(receiver.getsockname())
        sender.setblocking(False)
        for _ in range(8):
            try:
                sender.send(bytes(60000))
            except OSError:
                break
held = 0
for receiver in receivers:
    try:
        while True:
            held += len(receiver.recv(65536))
    except BlockingIOError:
        pass
if held > MOST:
    print(f'BREACH: {held} bytes waited in sockets')
