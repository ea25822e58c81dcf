import sys

first = sys.argv.pop(1)
sys.argv[0] = "renamed"
print(first, sys.argv, sys.orig_argv)
