"""The doc of main."""
print(__name__)
print(__file__)
print(__doc__)
print(__package__, __spec__)
print(type(__loader__).__name__, __loader__.name, __loader__.path)
print(globals().get("__cached__", "absent"))
print(__builtins__.__name__, type(__builtins__).__name__)
