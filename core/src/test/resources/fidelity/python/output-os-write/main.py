import os

print(os.write(1, b"straight\n"), flush=True)
os.write(2, b"to the descriptors\n")
os.write(1, b"\n\r\t\x00last")
