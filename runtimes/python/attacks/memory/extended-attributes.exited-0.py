# Keeps its data in the attributes of its files, beside what the folder's bound counts.
# under runsc: out_of_memory, because there attributes are bounded by nothing but the memory, as which they count
import os

kept = 0
try:
    for number in range(5000):
        open(f'f{number}', 'w').close()
        for name in ('user.a', 'user.b'):
            os.setxattr(f'f{number}', name, b'x' * 32000)
            kept += 32000
except OSError as e:
    print(e.strerror)
if kept > 80 << 20:
    print(f'BREACH: {kept} bytes in attributes')
