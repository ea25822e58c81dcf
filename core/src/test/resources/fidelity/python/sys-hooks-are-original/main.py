import sys
import threading

print(sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__)
print(sys.unraisablehook is sys.__unraisablehook__, sys.breakpointhook is sys.__breakpointhook__)
print(threading.excepthook is threading.__excepthook__)
print(sys.gettrace(), sys.getprofile(), threading.gettrace(), threading.getprofile())
print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
print(hasattr(sys, "ps1"), hasattr(sys, "last_exc"), hasattr(sys, "tracebacklimit"))
