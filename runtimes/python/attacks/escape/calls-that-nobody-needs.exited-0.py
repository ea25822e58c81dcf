# Makes system calls that programs can do without, and attacks have done with: remap_file_pages, vmsplice, tee, ioprio_set, protection keys, quotas.
# under runsc: not-held, gVisor answers some of them by itself
import ctypes
import errno

libc = ctypes.CDLL(None, use_errno=True)
CALLS = {'remap_file_pages': 216, 'vmsplice': 278, 'tee': 276, 'ioprio_set': 251, 'pkey_alloc': 330, 'pkey_mprotect': 329, 'quotactl': 179, 'quotactl_fd': 443}
for name, number in CALLS.items():
    ctypes.set_errno(0)
    result = libc.syscall(number, 0, 0, 0, 0, 0)
    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        print('BREACH:', name, result, errno.errorcode.get(ctypes.get_errno()))
