import sys

print(sys.argv, __file__, __name__, sys.path[0])
raise ValueError("from app")
