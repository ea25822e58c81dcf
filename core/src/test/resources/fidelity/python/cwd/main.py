import os
from pathlib import Path

print(os.getcwd(), Path.cwd(), Path("x").resolve(), os.path.abspath("main.py"))
os.chdir("/tmp")
print(os.getcwd())
