import sys

print(sys.getrecursionlimit())
sys.setrecursionlimit(80)


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


print(down(40))
try:
    down(100)
except RecursionError as error:
    print(type(error).__name__, error)
