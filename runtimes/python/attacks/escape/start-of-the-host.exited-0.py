# Reads how the host was started, what disks, locks, keys and modules it has, and what it is called until it starts again.
# under docker: not-held, the engine hides its own list of files only
# under runsc: not-held, what gVisor shows there is its own
PLACES = ('cmdline', 'config.gz', 'diskstats', 'key-users', 'locks', 'modules', 'partitions', 'pressure/cpu', 'pressure/io', 'pressure/memory', 'swaps',
          'sys/kernel/random/boot_id')
for place in PLACES:
    try:
        with open('/proc/' + place, 'rb') as file:
            if file.read(64):
                print('BREACH: /proc/' + place)
    except OSError:
        pass
