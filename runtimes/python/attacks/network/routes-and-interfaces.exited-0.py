# Looks for a way out: a route, or an interface beside the loopback.
import os
import socket

def lines(path):
    return open(path).read().splitlines() if os.path.exists(path) else []

routes = lines('/proc/net/route')[1:] + [line for line in lines('/proc/net/ipv6_route') if line.split()[-1] != 'lo']
interfaces = {line.split(':')[0].strip() for line in lines('/proc/net/dev')[2:]} | {name for _, name in socket.if_nameindex()}
if os.path.isdir('/sys/class/net'):
    interfaces |= set(os.listdir('/sys/class/net'))
if routes:
    print('BREACH: routes', routes)
if interfaces - {'lo'}:
    print('BREACH: interfaces', interfaces)
