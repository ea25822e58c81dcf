import os

for folder, folders, files in os.walk("."):
    folders.sort()
    print(folder, folders, sorted(files))
