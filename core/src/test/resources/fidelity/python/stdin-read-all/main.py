import sys

text = sys.stdin.read()
print(repr(text), repr(sys.stdin.read()))
