# Looks for other interpreters' memory in the file that waiting ones are restored from, and changes it.
import os

for path in ('/mayfly/snapshot', '/mayfly'):
    try:
        os.unlink(path) if os.path.isfile(path) else os.rmdir(path)
        print('BREACH: removed', path)
    except OSError:
        pass
try:
    with open('/mayfly/snapshot', 'r+b'):
        print('BREACH: may write the snapshot')
except OSError:
    pass
