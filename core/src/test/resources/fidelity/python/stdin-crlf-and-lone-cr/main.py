import sys

print(sys.stdin.read().splitlines(keepends=True), sys.stdin.newlines)
