import sys

print(hash("x"), sys.flags.hash_randomization)
print(list({"apple", "pear", "plum", "fig"}))
