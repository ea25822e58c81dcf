import os
import sys

import sibling

print(sys.argv, sys.orig_argv, __file__)
print(sys.path[0], os.getcwd(), sibling.where)
import main
