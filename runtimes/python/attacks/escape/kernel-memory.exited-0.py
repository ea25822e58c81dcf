# Looks for the kernel's memory, and for the addresses of what is in it.
def read(path, count=4096):
    try:
        with open(path, 'rb', buffering=0) as file:
            return file.read(count)
    except OSError:
        return b''

for path in ('/proc/kcore', '/dev/mem', '/dev/kmem', '/proc/kpageflags', '/proc/kpagecount', '/proc/kmsg', '/proc/vmallocinfo', '/proc/slabinfo',
             '/sys/kernel/debug/sleep_time', '/sys/kernel/notes_raw', '/sys/firmware/acpi/tables/DSDT'):
    if read(path):
        print('BREACH: read', path)
for path, column, separator in (('/proc/kallsyms', 0, None), ('/proc/iomem', 0, '-'), ('/proc/modules', 5, None)):
    for line in read(path, 65536).decode(errors='replace').splitlines()[:-1]:
        words = line.split(separator)
        if len(words) > column and words[column].strip().strip('0x') != '':
            print('BREACH:', path, 'tells', line)
            break
