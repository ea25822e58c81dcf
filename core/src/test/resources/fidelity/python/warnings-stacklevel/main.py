import warnings
import helper


def call():
    helper.older()


helper.old()
call()
helper.hidden()
warnings.warn("plain")
warnings.warn("beyond the stack", UserWarning, stacklevel=9)
for _ in range(3):
    warnings.warn("only once a place")
