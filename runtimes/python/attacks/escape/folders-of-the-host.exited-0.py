# Looks for the host's folders in what the kernel says of mounts.
# under docker: not-held, the engine names its own folders to the kernel
for place in ('/proc/self/mountinfo', '/proc/self/mounts', '/proc/1/mountinfo'):
    try:
        for line in open(place):
            if any(folder in line for folder in ('/var/lib/', '/run/', '/tmp/mayfly', 'overlay2')):
                print('BREACH:', line.strip())
    except OSError:
        pass
