# Fills the work folder with so many names that merely looking for the outputs takes long.
# limits: wall-time=5s
# outputs: **/none.txt
import os

try:
    for folder in range(120):
        os.makedirs(f'd{folder}/d/d/d')
        for number in range(120):
            open(f'd{folder}/d/d/d/{number}', 'w').close()
except OSError as e:
    print(e.strerror)
