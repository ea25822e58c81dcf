def close():
    raise OSError(5, "cannot close", "file.txt")


try:
    {}["key"]
except KeyError:
    try:
        close()
    finally:
        [][1]
