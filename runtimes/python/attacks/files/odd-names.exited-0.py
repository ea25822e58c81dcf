# Asks for files back whose names are no ordinary ones.
# outputs: *.out
# brings-back: -rf.out ;id.out $(id).out %2e%2e%2f.out \..\x.out
import os

for name in (b'-rf', b';id', b'$(id)', b'%2e%2e%2f', b'\\..\\x'):
    open(name + b'.out', 'w').close()
