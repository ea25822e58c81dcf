def describe(thing):
    match thing:
        case {"kind": "circle", "radius": r}:
            return f"circle {r}"
        case [first, *rest]:
            return f"{first} and {len(rest)} more"
        case str() | bytes():
            return "text"
        case int(n) if n > 9:
            return "big"
        case _:
            return "other"


for thing in ({"kind": "circle", "radius": 2}, [1, 2, 3], "s", b"b", 10, 3, None):
    print(describe(thing))
