import fileinput

for line in fileinput.input():
    print(fileinput.filename(), fileinput.filelineno(), line, end="")
