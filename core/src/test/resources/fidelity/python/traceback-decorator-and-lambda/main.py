import functools


def twice(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args) + function(*args)
    return wrapper


@twice
def half(n):
    return (lambda m: 1 // m)(n)


print(half(1))
half(0)
