print("x" * 300_000)
raise ValueError("after much output")
