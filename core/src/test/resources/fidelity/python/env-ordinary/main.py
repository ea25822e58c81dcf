import os
import subprocess

for name in ("GREETING", "EMPTY", "EQUATION", "QUOTED", "ABSENT"):
    print(name, repr(os.environ.get(name)), flush=True)
subprocess.run("echo $GREETING", shell=True)
