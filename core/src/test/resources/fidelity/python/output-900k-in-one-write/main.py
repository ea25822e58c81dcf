import sys

written = sys.stdout.write("0123456789abcdef" * 56_000 + "end")
print(written, file=sys.stderr)
