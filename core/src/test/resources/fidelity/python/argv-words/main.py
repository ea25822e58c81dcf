import sys

for index, argument in enumerate(sys.argv):
    print(index, repr(argument))
