# Has each little piece of work done by a new process, which is dead before anybody counts it.
# limits: cpu-time=300ms wall-time=5s
# under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
import os

while True:
    if os.fork() == 0:
        sum(range(1_000_000))
        os._exit(0)
    os.wait()
