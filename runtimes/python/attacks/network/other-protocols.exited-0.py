# Opens sockets of protocols that hardly a program needs, and that have had holes: DCCP, SCTP, UDPLITE, MPTCP, SMC.
import socket

DCCP, SCTP, UDPLITE, SMC, MPTCP = 33, 132, 136, 256, 262
SOCK_DCCP = 6
for family in (socket.AF_INET, socket.AF_INET6):
    for kind, protocol in ((SOCK_DCCP, DCCP), (socket.SOCK_STREAM, SCTP), (socket.SOCK_SEQPACKET, SCTP), (socket.SOCK_DGRAM, UDPLITE),
                           (socket.SOCK_STREAM, SMC), (socket.SOCK_STREAM, MPTCP)):
        try:
            socket.socket(family, kind, protocol)
            print('BREACH: protocol', protocol)
        except OSError:
            pass
