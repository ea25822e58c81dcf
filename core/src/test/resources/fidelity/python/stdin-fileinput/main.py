import fileinput

for line in fileinput.input(encoding="utf-8"):
    print(fileinput.filename(), fileinput.lineno(), fileinput.isstdin(), line.rstrip())
