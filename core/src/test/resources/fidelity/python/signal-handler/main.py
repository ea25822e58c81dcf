import os
import signal


def handler(number, frame):
    print("got", signal.Signals(number).name, frame.f_code.co_name, frame.f_lineno)


for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH):
    signal.signal(number, handler)
    os.kill(os.getpid(), number)
print(signal.getsignal(signal.SIGTERM) is handler)
