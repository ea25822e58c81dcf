# Writes where the agent writes, by way of /proc.
# under runsc: not-held, because gVisor shows every process of a sandbox to every other; what stands there is not opened
import os

for path in ('/proc/1/fd/0', '/proc/1/fd/1', '/proc/1/fd/2', '/proc/1/fd'):
    try:
        os.open(path, os.O_RDONLY if path.endswith('fd') else os.O_WRONLY)
        print('BREACH:', path)
    except OSError as e:
        print(e.strerror)
