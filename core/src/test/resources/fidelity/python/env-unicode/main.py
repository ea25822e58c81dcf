import os

print(os.environ["GRUSS"], os.environb[b"GRUSS"])
