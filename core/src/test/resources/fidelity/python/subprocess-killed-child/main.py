import signal
import subprocess

child = subprocess.Popen(["sleep", "30"])
child.send_signal(signal.SIGTERM)
print(child.wait(), child.args)
try:
    subprocess.run(["sleep", "30"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(type(error).__name__, error.cmd, error.output)
