from pkg.work import divide

print(divide(6, 3))
print(divide(1, 0))
