import os

print(sorted(name for name in os.environ if name.startswith(("PYTHON", "MAYFLY", "NODE"))))
print(os.environ.get("LC_CTYPE"), os.environ.get("LANG"), os.environ.get("LC_ALL"))
