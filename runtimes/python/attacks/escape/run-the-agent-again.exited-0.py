# Runs the agent a second time, as its own; it becomes the interpreter instead.
import subprocess

run = subprocess.run(['/mayfly/agent'], input=b'', capture_output=True, timeout=5)
if run.stdout:
    print('BREACH: an agent', run.stdout)
