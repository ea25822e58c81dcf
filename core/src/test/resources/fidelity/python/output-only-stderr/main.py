import sys

print("only here", file=sys.stderr)
