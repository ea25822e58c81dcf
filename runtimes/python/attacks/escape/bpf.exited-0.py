# Loads a program and makes a map in the kernel.
import ctypes
import struct

libc = ctypes.CDLL(None, use_errno=True)
SYS_bpf, MAP_CREATE, PROG_LOAD = 321, 0, 5
program = ctypes.create_string_buffer(bytes.fromhex('b700000000000000 9500000000000000'))
licence = ctypes.create_string_buffer(b'GPL')
load = struct.pack('<IIQQIIQ', 1, 2, ctypes.addressof(program), ctypes.addressof(licence), 0, 0, 0)
for name, command, attributes in (('map', MAP_CREATE, struct.pack('<IIIII', 2, 4, 4, 1, 0)), ('program', PROG_LOAD, load)):
    if libc.syscall(SYS_bpf, command, ctypes.create_string_buffer(attributes, 128), 128) >= 0:
        print('BREACH: a bpf', name)
