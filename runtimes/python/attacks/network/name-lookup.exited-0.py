# Looks up names, which may carry data out even where no connection is possible.
import os
import socket
import sys

ways = open('/proc/net/route').read().splitlines()[1:]
if os.path.exists('/proc/net/ipv6_route'):
    ways += [line for line in open('/proc/net/ipv6_route') if line.split()[-1] != 'lo']
if ways:
    print('BREACH: a way out', ways)
    sys.exit()

for name in ('example.com', 'secret.attacker.example', 'host.docker.internal', 'metadata.google.internal'):
    try:
        print('BREACH:', name, 'is', socket.getaddrinfo(name, 80)[0][4])
    except socket.gaierror as e:
        print(e.strerror)
