# Connects to metadata services, to gateways and to the Internet.
import os
import socket
import sys

ways = open('/proc/net/route').read().splitlines()[1:]
if os.path.exists('/proc/net/ipv6_route'):
    ways += [line for line in open('/proc/net/ipv6_route') if line.split()[-1] != 'lo']
if ways:
    print('BREACH: a way out', ways)
    sys.exit()

def attempt(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(0.3)
        try:
            client.connect(address)
            print('BREACH: connected to', address)
        except TimeoutError:
            print('BREACH: a packet left for', address)
        except OSError as e:
            print(e.strerror)

for address in (('169.254.169.254', 80), ('172.17.0.1', 2375), ('10.0.2.2', 22), ('1.1.1.1', 53)):
    attempt(socket.AF_INET, address)
for address in (('fd00:ec2::254', 80), ('2606:4700:4700::1111', 53)):
    attempt(socket.AF_INET6, address)
