# Makes the root writable by mounting it again, and takes the bounds off its folders.
import ctypes

MS_REMOUNT, MS_BIND = 32, 4096
libc = ctypes.CDLL(None, use_errno=True)
for target, flags, data in ((b'/', MS_REMOUNT, None), (b'/', MS_REMOUNT | MS_BIND, None), (b'/work', MS_REMOUNT, b'size=1g'), (b'/proc/sys', MS_REMOUNT | MS_BIND, None),
                            (b'/dev/shm', MS_REMOUNT, b'size=1g'), (b'/sys/fs/cgroup', MS_REMOUNT | MS_BIND, None)):
    if libc.mount(b'none', target, None, flags, data) == 0:
        print('BREACH: mounted again', target)
for target in (b'/proc/sys', b'/proc/kcore', b'/proc/keys', b'/work', b'/sys/firmware'):
    if libc.umount2(target, 2) == 0:
        print('BREACH: took away', target)
