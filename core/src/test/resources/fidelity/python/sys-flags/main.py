import sys

print(sys.flags)
print(sys._xoptions, sys.warnoptions)
