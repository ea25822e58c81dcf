import sys

text = sys.stdin.read()
print(ascii(text), sys.stdin.errors)
print(text)
