from __future__ import annotations


def f(x: Missing) -> list[Later]:
    return x


print(f.__annotations__, annotations)
value: Unknown = 1
print(__annotations__)
