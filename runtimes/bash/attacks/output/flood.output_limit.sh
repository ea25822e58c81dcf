# Writes without end.
while :; do printf '%065536d' 0; done
