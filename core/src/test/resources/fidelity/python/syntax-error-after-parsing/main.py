# Found by the compiler's later passes, so it has no caret from the parser.
print("never printed")


def f():
    global x
    return 1


return 3
