# Attaches to the agent as a debugger does.
import ctypes

SYS_ptrace = 101
for name, request in {'attach': 16, 'seize': 0x4206}.items():
    if ctypes.CDLL(None).syscall(SYS_ptrace, request, 1, 0, 0) == 0:
        print('BREACH:', name)
