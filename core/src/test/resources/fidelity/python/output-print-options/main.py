import sys

print(1, "two", None, [3], sep=", ", end=";\n")
print(*"abc", sep="\n")
print()
print(sys.stdout.write("x\n"), end="")
print("\r\n", end="")
