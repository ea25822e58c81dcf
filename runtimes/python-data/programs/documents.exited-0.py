import io

import openpyxl
import sympy
import tabulate
import yaml
from PIL import Image

book = openpyxl.Workbook()
book.active.append(["sum", 42])
book.save("book.xlsx")
print(openpyxl.load_workbook("book.xlsx").active["B1"].value)
x = sympy.symbols("x")
print(sympy.integrate(x**2, x), yaml.safe_load("a: [1, 2]"))
print(tabulate.tabulate([["a", 1]], tablefmt="plain"))
image = io.BytesIO()
Image.new("RGB", (2, 2), "red").save(image, "PNG")
print(Image.open(image).size)
