import sys

count = int(sys.stdin.readline().split(":")[1])
print(repr(sys.stdin.read(count)))
print(repr(next(sys.stdin)))
print(sys.stdin.readlines())
