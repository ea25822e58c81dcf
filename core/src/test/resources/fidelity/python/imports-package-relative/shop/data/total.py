from .. import prices


def of(*items):
    return sum(map(prices.price, items))
