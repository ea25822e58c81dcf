# Starts two of itself, and so on.
# under runsc: not-held, its kernel ends when the host gives it no more threads
# limits: wall-time=2s
while (1) { fork; select undef, undef, undef, 0.001; }
