import locale
import sys

print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.name, stream.encoding, stream.errors)
print(locale.getencoding(), locale.getpreferredencoding(), locale.setlocale(locale.LC_CTYPE))
print(locale.setlocale(locale.LC_ALL, None), locale.localeconv()["decimal_point"])
with open("text.txt", "w") as file:
    print(file.encoding, file.errors)
