import os

print(os.getuid(), os.geteuid(), os.access("/etc", os.W_OK))
