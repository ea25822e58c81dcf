text = """a
b"""
print(repr(text))
1 / 0
