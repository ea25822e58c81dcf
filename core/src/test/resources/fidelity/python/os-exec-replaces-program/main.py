import os
import sys

print("before", flush=True)
os.execv(sys.executable, ["python3", "-c", "import sys; print('after', sys.argv, sys.stdin.read()); sys.exit(4)", "x"])
