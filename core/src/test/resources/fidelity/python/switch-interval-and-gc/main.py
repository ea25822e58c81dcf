import gc
import sys

print(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count(), gc.get_debug(), gc.garbage, gc.callbacks)
print(sys.getswitchinterval(), sys.getdlopenflags(), sys.get_int_max_str_digits())
