import sys
import zipfile

with zipfile.ZipFile("bundle.zip", "w") as bundle:
    bundle.writestr("greet/__init__.py", "def hello():\n    return 'from ' + __file__\n")
    bundle.writestr("greet/fail.py", "def fail():\n    raise ValueError('zipped')\n")
sys.path.insert(0, "bundle.zip")
import greet
from greet.fail import fail
print(greet.hello(), type(greet.__loader__).__name__)
fail()
