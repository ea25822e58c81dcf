import subprocess
import sys

source = "import sys; sys.stdout.write('x' * 700_000)"
out = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE).stdout
print(len(out), set(out))
echoed = subprocess.run(["cat"], input=out, stdout=subprocess.PIPE).stdout
print(echoed == out)
