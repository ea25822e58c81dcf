import warnings

warnings.simplefilter("always", ResourceWarning)
with open("data.txt", "w") as data:
    data.write("x")


def leak():
    open("data.txt").read()


leak()
