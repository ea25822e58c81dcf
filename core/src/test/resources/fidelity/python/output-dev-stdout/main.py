with open("/dev/stdout", "w") as out, open("/dev/stderr", "w") as err:
    out.write("by path\n")
    err.write("by path too\n")
