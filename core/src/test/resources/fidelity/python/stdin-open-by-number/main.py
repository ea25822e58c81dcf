with open(0) as stdin:
    print(stdin.name, stdin.read())
