import signal

print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGINT))
for number in sorted(signal.valid_signals()):
    if signal.getsignal(number) != signal.SIG_DFL:
        print(number, signal.getsignal(number))
