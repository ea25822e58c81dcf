import os
import subprocess

os.environ["GREETING"] = "changed"
os.environ["ADDED"] = "yes"
subprocess.run("echo $GREETING $ADDED", shell=True)
del os.environ["GREETING"]
print(os.getenv("GREETING"), flush=True)
subprocess.run(["printenv", "GREETING"])
os.environ["MISSING"]
