# Opens devices that lead to the kernel, to its memory or to disks.
import glob

names = ['mem', 'kmem', 'port', 'kmsg', 'kvm', 'core', 'loop-control', 'mapper/control', 'vfio/vfio', 'vhost-net', 'vsock', 'uinput', 'snapshot', 'console',
         *(path[5:] for pattern in ('vd*', 'sd*', 'nvme*', 'xvd*', 'loop*', 'dm-*', 'input/*', 'dri/*', 'tty[0-9]*') for path in glob.glob('/dev/' + pattern))]
for name in names:
    for mode in ('rb', 'r+b'):
        try:
            open('/dev/' + name, mode, buffering=0).close()
            print(f'BREACH: opened /dev/{name} as {mode}')
        except OSError:
            pass
