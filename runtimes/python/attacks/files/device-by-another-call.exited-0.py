# Makes devices by mknod and mknodat, with and without a right to.
# under runsc: not-held, gVisor makes nodes, of devices that only its own kernel knows
import os
import stat

for kind in (stat.S_IFCHR, stat.S_IFBLK):
    for folder in ('/work', '/tmp', '/dev/shm'):
        try:
            os.mknod(f'{folder}/device', kind | 0o600, os.makedev(8, 0))
            print('BREACH: a device in', folder)
        except OSError:
            pass
        try:
            os.mknod('device', kind | 0o600, os.makedev(1, 1), dir_fd=os.open(folder, os.O_RDONLY))
            print('BREACH: a device in', folder)
        except OSError:
            pass
os.mkfifo('/work/pipe')
os.mknod('/work/file', stat.S_IFREG | 0o600)
