# Fills /dev/shm, which may grow as far as the memory.
# limits: memory=64m
with open('/dev/shm/big', 'wb', buffering=0) as file:
    for _ in range(1024):
        file.write(bytes(1 << 20))
print('BREACH: a gibibyte in /dev/shm')
