import subprocess
import sys

print("parent", flush=True)
subprocess.run(["cat"], check=True)
print("rest:", repr(sys.stdin.read()))
