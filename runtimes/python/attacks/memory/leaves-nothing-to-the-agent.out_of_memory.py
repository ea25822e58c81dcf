# Becomes a program of one page that fills the work folder: its death frees nothing, and the agent has to tell of it without any memory.
# limits: memory=32m
# outputs: *.txt
# brings-back: note.txt
# under runsc: not-held, because the whole sandbox is one process to the host, so that its memory's end is the agent's, too
import os
import struct

open('note.txt', 'w').write('written before')
# forever: write(9, 0x400000, 4096)
code = bytes.fromhex('b801000000 bf09000000 be00004000 ba00100000 0f05 ebe8')
header = b'\x7fELF\2\1\1' + bytes(9) + struct.pack('<HHIQQQIHHHHHH', 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
segment = struct.pack('<IIQQQQQQ', 1, 5, 0, 0x400000, 0x400000, 120 + len(code), 120 + len(code), 4096)
open('tiny', 'wb').write(header + segment + code)
os.chmod('tiny', 0o755)
os.dup2(os.open('big', os.O_WRONLY | os.O_CREAT), 9)
os.execv('tiny', ['tiny'])
