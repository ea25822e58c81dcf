import sys

seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event in ("open", "compile", "exec") else None)
exec("1 + 1")
open("main.py").close()
print(seen)
