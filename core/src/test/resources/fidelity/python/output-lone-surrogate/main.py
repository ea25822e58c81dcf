import sys

print("to stderr: \ud800", file=sys.stderr)
print("to stdout: \ud800")
