# Keeps half of its data in /dev/shm, and as much again in the work folder.
# limits: memory=24m
for name in ('/dev/shm/big', '/work/big'):
    with open(name, 'wb', buffering=0) as file:
        for _ in range(14):
            file.write(bytes(1 << 20))
