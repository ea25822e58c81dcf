import pprint


def greet(name: str = "you") -> str:
    """Greet by name."""
    return name


help(greet)
pprint.pprint({"numbers": list(range(40)), "nested": {"b": [1], "a": (2,)}}, width=60)
