import os

print(os.read(0, 3))
print(os.read(0, 100))
print(os.read(0, 100), os.read(0, 100))
