import a

name = "b"
print("b sees", getattr(a, "name", "nothing yet"))
from a import name as other
