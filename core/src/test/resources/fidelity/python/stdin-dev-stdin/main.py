with open("/dev/stdin") as stdin:
    print(stdin.name, stdin.read())
