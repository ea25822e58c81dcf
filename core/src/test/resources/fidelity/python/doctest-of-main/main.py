"""
>>> double(4)
8
>>> double("a")
'aa'
"""


def double(x):
    """
    >>> double(2)
    4
    >>> double(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    """
    return x * 2


if __name__ == "__main__":
    import doctest
    print(doctest.testmod())
