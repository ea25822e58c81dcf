# Keeps its data in shared memory segments that no process needs to have mapped.
# limits: memory=48m
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
IPC_PRIVATE, OWN = 0, 0o600
for _ in range(16):
    segment = libc.shmget(IPC_PRIVATE, ctypes.c_size_t(8 << 20), OWN)
    at = ctypes.c_void_p(libc.shmat(segment, None, 0))
    ctypes.memset(at, 1, 8 << 20)
    libc.shmdt(at)
