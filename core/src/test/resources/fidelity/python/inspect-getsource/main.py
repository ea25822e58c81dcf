import inspect


def area(width, height=2):
    # a comment inside
    return width * height


print(inspect.getsource(area), end="")
print(inspect.signature(area), inspect.getsourcefile(area), inspect.getmodule(area).__name__)
