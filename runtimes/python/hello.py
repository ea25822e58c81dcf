import sys

print(f"Hello from Python {sys.version_info.major}.{sys.version_info.minor}")
