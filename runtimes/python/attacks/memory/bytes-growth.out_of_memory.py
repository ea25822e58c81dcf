# Keeps more and more bytes.
# limits: memory=64m
hoard = []
while True:
    hoard.append(b'x' * (1 << 20))
