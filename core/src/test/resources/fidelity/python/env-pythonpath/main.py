import sys
import greet

print(greet.hello(), sys.path[:2])
