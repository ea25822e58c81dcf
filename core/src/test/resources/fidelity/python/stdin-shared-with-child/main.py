# Unbuffered reads leave the rest of the pipe to the child.
import os
import subprocess

line = b""
while not line.endswith(b"\n"):
    line += os.read(0, 1)
print(line, flush=True)
subprocess.run(["cat"])
