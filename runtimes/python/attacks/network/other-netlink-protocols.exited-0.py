# Opens netlink sockets of every protocol but ROUTE: their queues are charged to nobody.
# under runsc: not-held, gVisor has some of them, in its own kernel
import socket

for protocol in range(1, 32):
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        print('BREACH: netlink protocol', protocol)
    except OSError:
        pass
