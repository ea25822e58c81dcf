import sys

lines = [line for line in sys.stdin]
print(len(lines), repr(lines[0]), repr(lines[-1]), sum(int(line) for line in lines))
