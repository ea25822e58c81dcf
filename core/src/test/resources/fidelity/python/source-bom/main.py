import sys

print(__file__, "ü")
