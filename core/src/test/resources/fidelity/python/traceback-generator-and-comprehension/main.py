def numbers():
    for text in ("1", "2", "x"):
        yield int(text)


print({n: n * n for n in numbers()})
