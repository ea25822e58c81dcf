# Keeps its data in System V semaphores.
# limits: memory=48m
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for _ in range(30000):
    if libc.semget(0, 30000, 0o600) < 0:
        break
