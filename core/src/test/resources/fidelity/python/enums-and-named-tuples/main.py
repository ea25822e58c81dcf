import enum
import typing


class Colour(enum.Enum):
    RED = enum.auto()
    BLUE = "b"


class Point(typing.NamedTuple):
    x: int
    y: int = 2


print(Colour.RED, repr(Colour.BLUE), list(Colour), Colour("b"), Point(1), Point.__module__)
Colour("green")
