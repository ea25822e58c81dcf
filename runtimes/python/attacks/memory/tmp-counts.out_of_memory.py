# Writes more into /tmp than the sandbox has memory.
# limits: memory=32m
with open('/tmp/big', 'wb', buffering=0) as file:
    for _ in range(60):
        file.write(bytes(1 << 20))
