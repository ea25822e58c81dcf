import sys

sys.stdin.close()
print(sys.stdin.closed)
sys.stdin.read()
