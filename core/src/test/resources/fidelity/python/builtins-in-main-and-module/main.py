import builtins
import helper

print(type(__builtins__).__name__, __builtins__ is builtins, helper.kind)
print([name for name in dir(builtins) if not name[0].isupper()])
