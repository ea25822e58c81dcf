# Looks for a variable of the service, of its host or of its engine.
import os

EXPECTED = {'PATH': '/usr/local/bin:/usr/bin:/bin', 'HOME': '/work', 'LANG': 'C.UTF-8', 'PYTHONDONTWRITEBYTECODE': '1', 'HOSTNAME': 'mayfly', 'TERM': 'xterm-256color', 'LC_CTYPE': 'C.UTF-8',
            'PYTHON_CPU_COUNT': '1', 'OMP_NUM_THREADS': '1'}
for name, value in os.environ.items():
    if EXPECTED.get(name) != value:
        print('BREACH:', name, value)
for pair in open('/proc/self/environ', 'rb').read().split(b'\0'):
    if pair and pair.split(b'=')[0].decode() not in EXPECTED:
        print('BREACH: at its start it had', pair)
