# Starts two of itself, and so on.
# limits: wall-time=2s
bomb() { bomb | bomb & }
bomb 2> /dev/null
while :; do sleep 1; done
