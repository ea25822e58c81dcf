import sys

print("no newline", end="")
sys.stderr.write("none here either")
