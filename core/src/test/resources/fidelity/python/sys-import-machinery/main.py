import sys

print(sys.meta_path)
print([hook.__name__ for hook in sys.path_hooks])
print(sys.pycache_prefix, sys.dont_write_bytecode)
print(__import__ is __builtins__.__import__, __import__)
