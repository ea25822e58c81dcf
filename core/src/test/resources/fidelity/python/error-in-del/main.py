# A function's repr holds an address, so the method is an object with a plain repr.
class Method:
    def __call__(self):
        raise ValueError("in __del__")

    def __repr__(self):
        return "<method>"


class Noisy:
    __del__ = Method()


noisy = Noisy()
del noisy
print("goes on")
