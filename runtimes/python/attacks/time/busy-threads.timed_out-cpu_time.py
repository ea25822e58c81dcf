# Computes in eight threads that do not hold the interpreter's lock.
# limits: cpu-time=300ms wall-time=5s
# under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
import hashlib
import threading

for _ in range(8):
    threading.Thread(target=hashlib.pbkdf2_hmac, args=('sha256', b'password', b'salt', 1 << 30)).start()
