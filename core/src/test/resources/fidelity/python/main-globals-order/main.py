print(list(globals()))
print(globals() is locals())
