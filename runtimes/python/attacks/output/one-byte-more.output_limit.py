# Writes one byte more than it may, and has ended before anybody reads it.
# limits: output=10240
import os

os.write(1, b'x' * 10241)
