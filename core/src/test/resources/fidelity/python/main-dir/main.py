print(dir())
value: int = 1
print(sorted(globals()))
