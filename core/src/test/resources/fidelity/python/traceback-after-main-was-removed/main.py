# The source is read again when the traceback is printed, not remembered from the start.
import os

os.remove("main.py")
raise SystemError("no source line to show")
