# Switches off the random layout of its memory, and makes all that is readable executable.
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for name, persona in {'no random layout': 0x40000, 'executable data': 0x400000, 'page zero': 0x100000}.items():
    before = libc.personality(0xFFFFFFFF)
    if libc.personality(persona) >= 0 and libc.personality(0xFFFFFFFF) == persona != before:
        print('BREACH:', name)
