# Counts events of itself, of the agent and of the whole processor.
import ctypes
import struct

SYS_perf_event_open, SOFTWARE, CPU_CLOCK, EXCLUDE_KERNEL = 298, 1, 0, 1 << 5 | 1 << 6
attributes = ctypes.create_string_buffer(struct.pack('<IIQQQQQ', SOFTWARE, 112, CPU_CLOCK, 0, 0, 0, EXCLUDE_KERNEL), 112)
for pid, cpu in ((0, -1), (1, -1), (-1, 0)):
    if ctypes.CDLL(None).syscall(SYS_perf_event_open, attributes, pid, cpu, -1, 0) >= 0:
        print('BREACH: counts of', pid, cpu)
