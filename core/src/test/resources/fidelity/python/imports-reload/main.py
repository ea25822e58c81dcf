import importlib
import pathlib
import sys

sys.dont_write_bytecode = True
pathlib.Path("part.py").write_text("value = 1\n")
importlib.invalidate_caches()
import part
print(part.value)
pathlib.Path("part.py").write_text("value = 'changed'\n")
same = part
print(importlib.reload(part).value, part is same)
