# Looks for what an earlier run left, and leaves something for the next one.
import os

ALLOWED = {'/work': [os.path.basename(__file__)], '/tmp': [], '/dev/shm': [], '/dev/mqueue': [], '/var/tmp': [], '/run/lock': [], '/dev/mayfly': ['entrypoint']}
for folder, allowed in ALLOWED.items():
    if os.path.isdir(folder) and os.listdir(folder) != allowed:
        print('BREACH: found', os.listdir(folder), 'in', folder)
for folder in ALLOWED:
    try:
        open(f'{folder}/left-over', 'w').write('x')
    except OSError:
        pass
for kind in ('shm', 'sem', 'msg'):
    path = f'/proc/sysvipc/{kind}'
    if os.path.exists(path) and len(open(path).readlines()) > 1:
        print('BREACH: found', path)
