import sys

sys.stderr = None
raise ValueError("nowhere to print")
