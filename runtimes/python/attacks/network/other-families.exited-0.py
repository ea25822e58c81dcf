# Opens sockets of every family but the ordinary ones: to the hypervisor, to the kernel's ciphers, to its Bluetooth.
import socket

ORDINARY = {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK}
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
for family in set(range(1, 48)) - ORDINARY:
    for kind in KINDS:
        try:
            socket.socket(family, kind)
            print('BREACH: a socket of family', family)
            break
        except OSError:
            pass
