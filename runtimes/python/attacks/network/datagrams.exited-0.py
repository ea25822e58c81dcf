# Sends datagrams, to one, to many and to all.
import os
import socket
import sys

ways = open('/proc/net/route').read().splitlines()[1:]
if os.path.exists('/proc/net/ipv6_route'):
    ways += [line for line in open('/proc/net/ipv6_route') if line.split()[-1] != 'lo']
if ways:
    print('BREACH: a way out', ways)
    sys.exit()

for family, address in ((socket.AF_INET, '10.0.2.3'), (socket.AF_INET, '255.255.255.255'), (socket.AF_INET, '239.1.1.1'), (socket.AF_INET6, '2001:4860:4860::8888')):
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        if family == socket.AF_INET:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        client.settimeout(0.3)
        try:
            client.sendto(b'x', (address, 53))
            print('BREACH: sent to', address)
        except OSError as e:
            print(e.strerror)
