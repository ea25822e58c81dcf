# Reads and writes the memory of the agent.
# under runsc: not-held, because gVisor shows every process of a sandbox to every other, and the agent keeps no secret there
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(16)
near, far = ((ctypes.c_size_t * 2)(address, 16) for address in (ctypes.addressof(buffer), 0x400000))
for name, number in {'process_vm_readv': 310, 'process_vm_writev': 311, 'process_madvise': 440}.items():
    if libc.syscall(number, 1, near, 1, far, 1, 0) > 0:
        print('BREACH:', name)
for name in ('mem', 'maps', 'pagemap', 'auxv', 'syscall', 'stack'):
    try:
        with open(f'/proc/1/{name}', 'rb', buffering=0) as file:
            if file.read(16):
                print('BREACH:', name)
    except OSError as e:
        print(e.strerror)
