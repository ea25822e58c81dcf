# Makes a tunnel out of the sandbox.
import fcntl
import struct

TUNSETIFF, IFF_TUN, IFF_TAP = 0x400454CA, 1, 2
for kind in (IFF_TUN, IFF_TAP):
    try:
        with open('/dev/net/tun', 'r+b', buffering=0) as device:
            fcntl.ioctl(device, TUNSETIFF, struct.pack('16sH22x', b'out', kind))
            print('BREACH: a tunnel')
    except OSError as e:
        print(e.strerror)
