# Keeps its data in files without a name, and then names one outside its folders.
# limits: disk=10m
import os

files, kept = [], 0
try:
    for _ in range(16):
        files.append(os.open('/work', os.O_TMPFILE | os.O_RDWR))
        kept += os.write(files[-1], bytes(1 << 20))
except OSError as e:
    print(e.strerror)
if kept > 10 << 20:
    print(f'BREACH: {kept} bytes')
for folder in ('/etc', '/usr/bin', '/dev', '/mayfly', '/run'):
    try:
        os.link(f'/proc/self/fd/{files[0]}', f'{folder}/attack', follow_symlinks=True)
        print('BREACH: named a file in', folder)
    except (OSError, IndexError) as e:
        print(e)
