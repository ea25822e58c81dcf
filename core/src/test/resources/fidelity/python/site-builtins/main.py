print(repr(exit))
print(repr(quit))
print(type(help).__name__, type(copyright).__name__, type(license).__name__)
