# Mounts file systems and folders, the old way and the new one.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
MS_BIND, MS_REC, MS_MOVE, OPEN_TREE_CLONE = 4096, 16384, 8192, 1
os.mkdir('/work/on')
for source, kind, flags in ((b'tmpfs', b'tmpfs', 0), (b'proc', b'proc', 0), (b'sysfs', b'sysfs', 0), (b'cgroup2', b'cgroup2', 0), (b'/dev/vda', b'ext4', 0),
                            (b'overlay', b'overlay', 0), (b'fuse', b'fuse', 0), (b'/', None, MS_BIND | MS_REC), (b'/tmp', None, MS_MOVE)):
    if libc.mount(source, b'/work/on', kind, flags, None) == 0:
        print('BREACH: mounted', source)
calls = {'open_tree': (428, -100, b'/', OPEN_TREE_CLONE), 'fsopen': (430, b'tmpfs', 0), 'fspick': (433, -100, b'/', 0), 'move_mount': (429, -100, b'/tmp', -100, b'/work/on', 0),
         'mount_setattr': (442, -100, b'/', 0, ctypes.create_string_buffer(32), 32), 'pivot_root': (155, b'/work', b'/work/on')}
for name, arguments in calls.items():
    if libc.syscall(*arguments) >= 0:
        print('BREACH:', name)
