# Does nothing, as fast as it can.
# under runsc: timed_out-wall_time, gVisor does not report CPU time
# limits: cpu-time=1s
while :; do :; done
