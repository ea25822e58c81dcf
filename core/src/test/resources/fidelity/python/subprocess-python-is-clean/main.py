import subprocess
import sys

subprocess.run([sys.executable, "helper.py", "x"], check=True)
subprocess.run([sys.executable, "-m", "helper"], check=True)
subprocess.run([sys.executable], input="import sys; print(sys.argv, __name__)", text=True, check=True)
