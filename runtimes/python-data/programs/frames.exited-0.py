import io

import numpy as np
import pandas as pd

frame = pd.read_csv(io.StringIO("city,year,people\nUlm,2020,126\nUlm,2021,127\nJena,2020,111\nJena,2021,110\n"))
print(frame.groupby("city")["people"].agg(["mean", "max"]))
print(np.linalg.solve(np.array([[3.0, 1], [1, 2]]), [9, 8]))
