# Writes sequences that retitle a terminal, have it answer as if typed, and clear it.
import sys

for sequence in ('\x1b]0;title\x07', '\x1b[6n', '\x1bP$qm\x1b\\', '\x1b]52;c;cm0gLXJm\x07', '\x1b[2J\x1bc', '\x9b0c', '\u202eevil\u202c'):
    print(sequence, file=sys.stderr)
    print(sequence)
