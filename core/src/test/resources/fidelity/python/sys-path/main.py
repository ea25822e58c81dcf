import sys

print(sys.path)
sys.path.insert(0, "lib")
import tool
print(tool.__file__)
