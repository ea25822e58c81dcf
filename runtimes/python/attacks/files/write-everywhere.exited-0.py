# Tries to make a file in every folder of the sandbox.
import os

OWN = ('/work', '/tmp', '/dev/shm', '/dev/mqueue')
for folder, below, _ in os.walk('/'):
    below[:] = [name for name in below if not (folder == '/' and name in ('proc', 'sys')) and os.path.join(folder, name) not in OWN]
    try:
        with open(os.path.join(folder, '.attack'), 'w'):
            print('BREACH: wrote in', folder)
    except OSError:
        pass
