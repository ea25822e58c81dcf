def one():
    """
    >>> one()
    2
    """
    return 1


import doctest
import sys

sys.exit(doctest.testmod().failed)
