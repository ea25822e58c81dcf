# Looks for anything in /sys that it may write: devices, power, control groups.
import os

for folder, _, names in os.walk('/sys'):
    if folder.count('/') > 6:
        continue
    for name in names:
        path = os.path.join(folder, name)
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            print('BREACH: may write', path)
        except OSError:
            pass
