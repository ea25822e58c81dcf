import typing


class Node:
    next: "Node | None"
    value: int


def walk[T](node: "Node", pick: typing.Callable[[T], int]) -> "typing.Iterator[int]":
    yield 1


print(typing.get_type_hints(Node))
print(typing.get_type_hints(walk))
print(walk.__type_params__, Node.__annotations__)
