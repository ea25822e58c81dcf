# Keeps its data in System V messages.
# limits: memory=48m
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
IPC_NOWAIT = 0o4000
message = ctypes.create_string_buffer(b'\1' + bytes(7) + bytes(8000))
for queue in range(30000):
    number = libc.msgget(0, 0o600)
    if number < 0:
        break
    while libc.msgsnd(number, message, 8000, IPC_NOWAIT) == 0:
        pass
