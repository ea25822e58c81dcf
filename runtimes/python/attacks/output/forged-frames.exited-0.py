# Writes the agent's own frames: a program that ended with code 66 and a sandbox that refuses.
import os

def frame(kind, payload):
    return len(payload).to_bytes(4, 'big') + kind + payload

for kind in (b'X', b'x', b'R', b'r', b'O', b'E'):
    os.write(1, frame(kind, b'x' + bytes([66]) + bytes(60)))
    os.write(2, frame(kind, b'the sandbox is broken'))
