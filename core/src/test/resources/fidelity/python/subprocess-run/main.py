import subprocess
import sys

done = subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True, text=True)
print(done.returncode, repr(done.stdout), repr(done.stderr), done.args)
print(subprocess.check_output([sys.executable, "-c", "import sys; print(sys.argv)", "a b"], text=True), end="")
subprocess.run("exit 7", shell=True, check=True)
