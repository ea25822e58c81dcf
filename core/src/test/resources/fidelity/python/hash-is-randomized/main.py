# Two processes must not share a hash seed, and an unseeded generator must not repeat itself in a child.
import random
import subprocess
import sys

source = "import random; print(hash('mayfly'), random.random())"
outputs = {subprocess.run([sys.executable, "-c", source], capture_output=True).stdout for _ in range(2)}
outputs.add(f"{hash('mayfly')} {random.random()}\n".encode())
print(len(outputs))
