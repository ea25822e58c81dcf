import sys

sys.stdout.reconfigure(encoding="utf-16-le", newline="\r\n")
print("wide")
sys.stderr.reconfigure(encoding="ascii", errors="namereplace")
print("ü", file=sys.stderr)
