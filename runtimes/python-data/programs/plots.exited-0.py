import pathlib

import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 2, 3], [1, 4, 9])
axes.set_title("Zwölf")
figure.savefig("plot.png")
figure.savefig("plot.svg")
print(pathlib.Path("plot.png").read_bytes()[:4], pathlib.Path("plot.svg").read_text()[:5], plt.get_backend())
