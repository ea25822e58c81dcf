import os
import sys

print(sys.dont_write_bytecode, sorted(os.listdir()))
import helper
print(sorted(os.listdir()), sorted(os.listdir("__pycache__")))
print(helper.__cached__)
