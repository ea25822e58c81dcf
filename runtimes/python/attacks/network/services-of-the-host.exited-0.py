# Connects to what listens on the host's loopback, as if it were its own.
import socket

for host in ('127.0.0.1', '::1'):
    for port in (22, 53, 80, 443, 2375, 2376, 3306, 5432, 6443, 8080, 9092, 9093, 10250):
        try:
            socket.create_connection((host, port), timeout=0.2)
            print('BREACH: somebody listens at', host, port)
        except OSError:
            pass
