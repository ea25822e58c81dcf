# Runs the agent a second time, as its own.
import subprocess

run = subprocess.run(['/mayfly/agent'], input=b'', capture_output=True, timeout=5)
if run.returncode == 0:
    print('BREACH: an agent', run.stdout)
