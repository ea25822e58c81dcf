# Nothing but the three standard streams is open in a child, even when descriptors are not closed for it.
import subprocess

for close_fds in (True, False):
    subprocess.run(["ls", "/proc/self/fd"], close_fds=close_fds)
