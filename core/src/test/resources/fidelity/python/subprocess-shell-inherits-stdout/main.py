import os
import subprocess
import sys

print("one", flush=True)
subprocess.run("echo two; echo err >&2; pwd", shell=True)
print("three", flush=True)
print(os.waitstatus_to_exitcode(os.system("echo four; exit 5")))
sys.stdout.write(os.popen("echo five").read())
