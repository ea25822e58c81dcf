def f(x):
    return x["a"]["b"]["c"]


data = {"a": {"b": None}}
total = (
    len(data)
    + f(data)
    + 1
)
