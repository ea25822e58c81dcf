# Asks which physical pages it has, the first step of many attacks on memory.
import struct

try:
    with open('/proc/self/pagemap', 'rb', buffering=0) as file:
        file.seek(id(file) // 4096 * 8)
        entry = struct.unpack('<Q', file.read(8))[0]
        if entry & ((1 << 55) - 1):
            print('BREACH: a physical address')
except (OSError, struct.error) as e:
    print(e)
