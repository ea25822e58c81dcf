if True:
	print("tab")

print("after a form feed")
1 / 0
