import os
import tempfile

print(tempfile.gettempdir())
with tempfile.NamedTemporaryFile("w+") as file:
    file.write("scratch")
    file.seek(0)
    print(file.read(), os.path.dirname(file.name))
