# Sends descriptors to nobody, as many as the kernel takes, which counts them by the host's user.
# under runsc: not-held, gVisor counts in its own kernel
import array
import os
import socket

near, far = socket.socketpair()
near.setblocking(False)
near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
descriptor, count = os.open('/dev/null', os.O_RDONLY), 0
try:
    while count < 8000:
        near.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [descriptor] * 200))])
        count += 200
except OSError:
    pass
if count > 2000:
    print(f'BREACH: {count} descriptors on their way')
