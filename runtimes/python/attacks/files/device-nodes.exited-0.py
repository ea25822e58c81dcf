# Makes devices of its own: memory, the kernel's log, the first disks.
# outputs: *
# brings-back: main.txt
# under runsc: not-held, because the devices are those of gVisor's own kernel, which does not know nodev here
import os
import stat

for name, kind, device in (('mem', stat.S_IFCHR, (1, 1)), ('null', stat.S_IFCHR, (1, 3)), ('kmsg', stat.S_IFCHR, (1, 11)), ('fuse', stat.S_IFCHR, (10, 229)),
                           ('sda', stat.S_IFBLK, (8, 0)), ('vda', stat.S_IFBLK, (254, 0)), ('loop', stat.S_IFBLK, (7, 0))):
    for folder in ('/work', '/tmp', '/dev/shm'):
        try:
            os.mknod(f'{folder}/{name}', kind | 0o666, os.makedev(*device))
            os.open(f'{folder}/{name}', os.O_RDONLY | os.O_NONBLOCK)
            print('BREACH: made and opened', name, 'in', folder)
        except OSError as e:
            print(e.strerror)
open('main.txt', 'w').close()
for name in os.listdir():
    if name != 'main.txt':
        os.unlink(name)
