# Waits in vfork, where only SIGKILL reaches it, for a child that opens a fifo nobody writes.
# limits: wall-time=1s
import os

os.mkfifo('fifo')
os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 0, 'fifo', os.O_RDONLY, 0)])
