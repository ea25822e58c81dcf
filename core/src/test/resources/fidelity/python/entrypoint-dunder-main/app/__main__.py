import sys
import util

print(__name__, __package__, __spec__, __file__, sys.argv, util.name)
