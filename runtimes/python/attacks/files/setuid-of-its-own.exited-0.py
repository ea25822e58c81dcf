# Makes a copy of a program that whoever runs it becomes root by.
import os
import shutil
import subprocess

shutil.copy('/usr/bin/id', 'id')
for owner in ((0, 0), (0, -1), (-1, 0)):
    try:
        os.chown('id', *owner)
        print('BREACH: gave a file to', owner)
    except OSError as e:
        print(e.strerror)
os.chmod('id', 0o6755)
if subprocess.run(['./id', '-u'], capture_output=True, text=True).stdout == '0\n':
    print('BREACH: root')
try:
    os.setxattr('id', 'security.capability', b'\1\0\0\2\xff\xff\xff\xff' + bytes(12))
    print('BREACH: a file with capabilities')
except OSError as e:
    print(e.strerror)
