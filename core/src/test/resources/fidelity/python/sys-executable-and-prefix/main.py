import sys
import platform

print(sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix)
print(sys.version)
print(sys.implementation.name, platform.python_version(), sys.platform)
