import sys

for stream in (sys.stdin, sys.stdout, sys.stderr):
    raw = stream.buffer.raw
    print(stream.name, stream.mode, stream.fileno(), stream.encoding, stream.errors, stream.closed)
    print(type(stream).__name__, type(stream.buffer).__name__, type(raw).__name__, raw.mode, raw.closefd)
    print(stream.readable(), stream.writable())
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
