# Looks for other processes than the agent and itself, for their code and their variables.
# under runsc: not-held, because gVisor shows every process of a sandbox to every other, and the agent keeps no secret there
import os

for pid in filter(str.isdigit, os.listdir('/proc')):
    if int(pid) not in (1, os.getpid()):
        print('BREACH: process', pid, open(f'/proc/{pid}/cmdline').read())
for name in ('environ', 'cwd/x', 'root/etc', 'fd', 'fdinfo', 'map_files', 'io', 'personality', 'ns/net'):
    path = f'/proc/1/{name}'
    try:
        print('BREACH: read', path, os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(10))
    except OSError as e:
        print(e.strerror)
for name in ('cwd', 'root', 'exe'):
    try:
        print('BREACH:', name, os.readlink(f'/proc/1/{name}'))
    except OSError as e:
        print(e.strerror)
