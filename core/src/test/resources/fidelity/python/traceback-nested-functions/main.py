class Shop:
    def sell(self, item):
        return self._price(item) * 2

    def _price(self, item):
        prices = {"tea": 3}
        return prices[item]


def outer():
    def inner(item):
        return Shop().sell(item)
    return [inner(item) for item in ("tea", "coffee")]


outer()
