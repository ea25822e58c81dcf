print("not on the path")
