# Opens sockets that see or forge whole packets.
import socket

for family, kind, protocol in ((socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP), (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
                               (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6), (socket.AF_PACKET, socket.SOCK_RAW, 0x300),
                               (socket.AF_PACKET, socket.SOCK_DGRAM, 0x300), (socket.AF_INET, 10, 0x300)):
    try:
        socket.socket(family, kind, protocol)
        print('BREACH: a raw socket', family.name, protocol)
    except OSError as e:
        print(e.strerror)
