# Overwrites the programs that run it, the container runtime among them (CVE-2019-5736).
import os

for path in ('/proc/self/exe', '/proc/1/exe', '/proc/1/root/mayfly/agent', '/mayfly/agent', '/mayfly/interpreter'):
    for flags in (os.O_WRONLY, os.O_RDWR | os.O_TRUNC, os.O_WRONLY | os.O_APPEND):
        try:
            os.open(path, flags)
            print('BREACH: may write', path)
        except OSError as e:
            print(e.strerror)
