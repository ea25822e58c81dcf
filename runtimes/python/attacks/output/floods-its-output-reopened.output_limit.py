# Opens its output again, by its name, so that it is written past the descriptor it was given.
# limits: output=64k
with open('/proc/self/fd/1', 'wb', buffering=0) as again:
    while True:
        again.write(b'x' * 4096)
