# Starts two of itself, and so on.
# under runsc: not-held, its kernel ends when the host gives it no more threads
# limits: wall-time=2s
bomb() { bomb | bomb & }
bomb 2> /dev/null
while :; do sleep 1; done
