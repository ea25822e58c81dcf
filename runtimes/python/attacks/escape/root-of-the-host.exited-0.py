# Asks whether root in here is root on the host, and the program's user a user of the host.
# under docker: not-held, unless the engine has userns-remap
# under runsc: not-held, gVisor has users of its own, in its own kernel
for name in ('uid_map', 'gid_map'):
    inside, outside, count = map(int, open('/proc/self/' + name).read().split())
    if outside < 65536 or count != 65536:
        print('BREACH:', name, inside, outside, count)
