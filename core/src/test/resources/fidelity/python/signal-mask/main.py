import signal

print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending())
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
signal.raise_signal(signal.SIGUSR1)
print(signal.sigpending())
print(signal.sigwait([signal.SIGUSR1]))
print(signal.set_wakeup_fd(-1), signal.getitimer(signal.ITIMER_REAL))
