import sys

block = bytes(range(251))
sys.stdout.buffer.write(block * 3585)
sys.stdout.buffer.flush()
