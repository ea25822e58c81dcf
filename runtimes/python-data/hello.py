import sys

import numpy
import pandas

# What is done here, the snapshot's interpreter has done: its pages are there before a program comes.
frame = pandas.DataFrame({"n": numpy.arange(3), "x": [0.5, 1.5, None], "t": list("aba")})
for shown in (frame, frame.sum(numeric_only=True), frame.describe(), frame.groupby("t").n.mean(), frame[frame.n > 0].sort_values("x"), frame.to_csv()):
    str(shown)
rows = len(frame)
print(f"Hello from Python {sys.version_info.major}.{sys.version_info.minor} with {rows} rows")
