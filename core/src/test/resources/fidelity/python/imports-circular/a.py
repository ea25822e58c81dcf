import b

name = "a"
print("a sees", b.name)
