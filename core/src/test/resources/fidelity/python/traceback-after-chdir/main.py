import os

os.chdir("/")
raise ValueError("the path is absolute")
