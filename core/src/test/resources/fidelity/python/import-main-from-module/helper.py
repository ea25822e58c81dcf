import __main__


def look():
    return __main__.secret, __main__.__file__, __name__, __file__
