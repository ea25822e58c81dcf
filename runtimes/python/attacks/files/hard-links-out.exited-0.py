# Gives files of the image another name in the work folder, and asks for them back.
# outputs: *.txt
# brings-back: a.txt b.txt
import os

for number, path in enumerate(('/etc/passwd', '/mayfly/agent', '/dev/mayfly/entrypoint', '/proc/version', '/dev/null')):
    try:
        os.link(path, f'stolen{number}.txt', follow_symlinks=False)
        print('BREACH: a link to', path)
    except OSError as e:
        print(e.strerror)
open('a.txt', 'w').write('mine')
os.link('a.txt', 'b.txt')
