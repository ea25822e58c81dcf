# Forks in every process it has, each in a session of its own and deaf to every signal.
# limits: wall-time=1s
# under runsc: not-held, because gVisor bounds no processes, so that memory runs out first
import os
import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        if os.fork() == 0:
            os.setsid()
    except OSError:
        pass
