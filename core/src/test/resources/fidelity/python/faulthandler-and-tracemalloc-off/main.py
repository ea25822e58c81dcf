import faulthandler
import tracemalloc

print(faulthandler.is_enabled(), tracemalloc.is_tracing())
tracemalloc.start(3)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
tracemalloc.stop()
