# Fills the work folder with ever smaller pieces until not one byte fits.
# limits: disk=10m
import errno

written = 0
with open('big', 'wb', buffering=0) as file:
    for piece in (1 << 20, 4096, 1):
        try:
            while written < 64 << 20:
                written += file.write(bytes(piece))
        except OSError as e:
            print(errno.errorcode[e.errno], written)
if written > 10 << 20:
    print(f'BREACH: {written} bytes')
