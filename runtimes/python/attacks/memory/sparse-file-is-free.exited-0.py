# Makes a file of 1 TiB that is nearly all hole: what is not there must not count.
# limits: memory=64m
with open('sparse', 'wb') as file:
    file.seek((1 << 40) - 1)
    file.write(b'x')
