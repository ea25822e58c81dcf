pattern = "\d+"
print(pattern, 1 is 1)
