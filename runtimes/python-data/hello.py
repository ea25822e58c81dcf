import sys

import pandas

rows = len(pandas.DataFrame({"n": [1, 2, 3]}))
print(f"Hello from Python {sys.version_info.major}.{sys.version_info.minor} with {rows} rows")
