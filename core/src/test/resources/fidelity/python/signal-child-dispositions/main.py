# What a child inherits: Python's ignored SIGPIPE is given back to it.
import subprocess

script = "kill -PIPE $$; echo survived"
print(subprocess.run(["sh", "-c", script]).returncode, flush=True)
print(subprocess.run(["sh", "-c", script], restore_signals=False).returncode, flush=True)
print(subprocess.run(["sh", "-c", "kill -INT $$; echo survived"]).returncode)
