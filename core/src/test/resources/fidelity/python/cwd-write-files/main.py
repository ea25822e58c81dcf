import os
import shutil
from pathlib import Path

Path("out/deep").mkdir(parents=True)
Path("out/deep/a.bin").write_bytes(b"\x00" * 5000)
os.symlink("deep/a.bin", "out/link")
os.rename("out/deep/a.bin", "out/deep/b.bin")
print(sorted(map(str, Path("out").rglob("*"))), os.path.exists("out/link"))
print(os.stat("out/deep/b.bin").st_size, os.readlink("out/link"), os.access("out", os.W_OK))
shutil.rmtree("out")
print(sorted(os.listdir()))
