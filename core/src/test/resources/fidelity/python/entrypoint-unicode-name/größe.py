import sys

print(sys.argv, __file__, ascii(__file__))
raise ValueError("ü")
