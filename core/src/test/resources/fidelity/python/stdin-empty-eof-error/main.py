import sys

print(repr(sys.stdin.read()))
name = input("Name? ")
