# Waits in the kernel for a writer who never comes.
# limits: wall-time=1s
import os

os.mkfifo('fifo')
open('fifo').read()
