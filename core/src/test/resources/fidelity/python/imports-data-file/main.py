from importlib.resources import files
from pathlib import Path

print(files("pkg").joinpath("words.txt").read_text("utf-8").split())
print(Path(__file__).parent.joinpath("pkg/words.txt").read_bytes())
