import sys

for number, line in enumerate(sys.stdin, 1):
    print(number, repr(line), sum(map(int, line.split())))
print(sys.stdin.readline() == "")
