# Makes an interface, an address and a route of its own.
import fcntl
import socket
import struct

SIOCADDRT, SIOCSIFADDR, SIOCSIFFLAGS, SIOCBRADDBR = 0x890B, 0x8916, 0x8914, 0x89A0
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    address = struct.pack('<H2x4s8x', socket.AF_INET, socket.inet_aton('10.9.8.7'))
    for name, request, data in (('address', SIOCSIFADDR, struct.pack('16s', b'lo') + address), ('flags', SIOCSIFFLAGS, struct.pack('16sH22x', b'lo', 0)),
                                ('bridge', SIOCBRADDBR, b'attack\0'), ('route', SIOCADDRT, bytes(8) + address * 3 + bytes(80))):
        try:
            fcntl.ioctl(any_socket, request, data)
            print('BREACH:', name)
        except OSError as e:
            print(name, e.strerror)

# RTM_NEWLINK of the kind `dummy`, asking for an answer
kind = struct.pack('<HH8s', 9, 1, b'dummy')[:12]
message = struct.pack('<BxHiII', 0, 0, 0, 0, 0) + struct.pack('<HH', 4 + len(kind), 18) + kind
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
    kernel.settimeout(0.5)
    kernel.send(struct.pack('<IHHII', 16 + len(message), 16, 0x605, 1, 0) + message)
    if struct.unpack_from('<i', kernel.recv(4096), 16)[0] == 0:
        print('BREACH: an interface')
