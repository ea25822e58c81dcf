from pathlib import Path

notes = Path("notes.txt")
notes.write_text(notes.read_text() + "new\n")
print(notes.read_text(), end="")
print(Path("main.py").read_text().splitlines()[0])
Path("main.py").unlink()
