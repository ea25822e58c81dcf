import sys

for number in range(4000):
    print("out", number, "x" * 90)
    print("err", number, "y" * 90, file=sys.stderr)
