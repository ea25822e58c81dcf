# Builds a tree of 2,000 folders, each in the other, which no path can name, and asks for what is in it.
# outputs: **/*.bin
# brings-back: d/d/near.bin
import os

for depth in range(2000):
    os.mkdir('d')
    os.chdir('d')
    if depth == 1:
        open('near.bin', 'w').close()
open('far.bin', 'w').close()
