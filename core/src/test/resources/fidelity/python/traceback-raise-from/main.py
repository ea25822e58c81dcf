class LoadError(Exception):
    pass


def load():
    try:
        return int("twelve")
    except ValueError as error:
        raise LoadError("cannot load") from error


load()
