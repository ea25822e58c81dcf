if True:
    print("last line")
    raise KeyError("k")