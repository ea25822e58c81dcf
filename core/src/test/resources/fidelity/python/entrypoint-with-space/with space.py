import sys

print(sys.argv, __file__)
1 / 0
