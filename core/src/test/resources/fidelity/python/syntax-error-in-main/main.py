print("never printed")
total = 3 +
print(total)
