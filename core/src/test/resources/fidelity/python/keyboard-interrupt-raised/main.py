def wait():
    raise KeyboardInterrupt("by hand")


wait()
