from .data.table import TABLE


def price(item):
    return TABLE[item]
