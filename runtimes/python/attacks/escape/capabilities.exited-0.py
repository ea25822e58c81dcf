# Looks for a capability in any of its sets, and raises them all.
import ctypes

for line in open('/proc/self/status'):
    if line.startswith('Cap') and int(line.split()[1], 16) != 0:
        print('BREACH:', line.strip())
libc = ctypes.CDLL(None, use_errno=True)
header, everything = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
if libc.capset(header, everything) == 0:
    print('BREACH: all capabilities')
PR_CAP_AMBIENT, RAISE, CAP_SYS_ADMIN = 47, 2, 21
if libc.prctl(PR_CAP_AMBIENT, RAISE, CAP_SYS_ADMIN, 0, 0) == 0:
    print('BREACH: CAP_SYS_ADMIN')
