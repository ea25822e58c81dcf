import sys

print("grüße, 日本語, 🦋, e\u0301, \u202e, \x00, \x7f")
print("fehler: ü €", file=sys.stderr)
