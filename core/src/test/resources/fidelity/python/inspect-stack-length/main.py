import inspect


def inner():
    return inspect.stack()


print(len(inspect.stack()), len(inner()))
for entry in inner():
    print(entry.filename, entry.lineno, entry.function, entry.code_context, entry.index)
