import sys

print(sys.exc_info(), sys.exception())
try:
    raise
except RuntimeError as error:
    print(error, error.__context__, error.__cause__)
