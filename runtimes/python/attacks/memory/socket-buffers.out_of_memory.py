# Keeps its data in the buffers of 400 pairs of sockets.
# limits: memory=48m
import socket

pairs = [socket.socketpair() for _ in range(400)]
for near, _ in pairs:
    near.setblocking(False)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    try:
        while True:
            near.send(b'x' * 32768)
    except BlockingIOError:
        pass
