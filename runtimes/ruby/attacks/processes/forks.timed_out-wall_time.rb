# Starts processes that stay, until there are no more; Ruby then tries again and again.
# under runsc: out_of_memory, because gVisor bounds no processes
# limits: wall-time=2s
loop { fork { sleep } }
