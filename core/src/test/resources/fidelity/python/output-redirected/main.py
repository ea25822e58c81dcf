import contextlib
import io
import os
import sys

with contextlib.redirect_stdout(io.StringIO()) as captured:
    print("inside")
print("captured", repr(captured.getvalue()), flush=True)
sys.stdout = sys.stderr
print("now stderr", flush=True)
os.dup2(2, 1)
os.write(1, b"descriptor 1 is stderr too\n")
