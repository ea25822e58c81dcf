# Does nothing, as fast as it can.
# limits: cpu-time=1s
while :; do :; done
