# Looks in /sys for what shows something of the host's kernel, its modules, disks and maker.
# under docker: not-held, the engine hides its own list of files only
import os

for place in ('block', 'bus', 'devices/virtual/dmi', 'kernel/btf', 'kernel/debug', 'kernel/slab', 'kernel/tracing', 'module'):
    try:
        if os.listdir('/sys/' + place):
            print('BREACH: /sys/' + place)
    except OSError:
        pass
for place in ('kernel/vmcoreinfo', 'kernel/notes', 'kernel/uevent_seqnum', 'devices/virtual/dmi/id/product_name'):
    try:
        if open('/sys/' + place, 'rb').read(64):
            print('BREACH: /sys/' + place)
    except OSError:
        pass
