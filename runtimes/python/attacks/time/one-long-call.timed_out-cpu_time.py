# Computes a number of 369 million digits in one call that cannot be interrupted from within.
# limits: cpu-time=300ms wall-time=5s
# under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
base = 9
base ** base ** base
