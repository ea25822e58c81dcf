import warnings


def old():
    warnings.warn("old is old", DeprecationWarning, stacklevel=2)


def older():
    warnings.warn("older is older", DeprecationWarning, stacklevel=3)


def hidden():
    warnings.warn("not shown", DeprecationWarning)
