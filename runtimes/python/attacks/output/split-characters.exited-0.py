# Writes characters of several bytes byte by byte, with a pause within each.
import os
import time

for byte in 'é€😀'.encode() * 3:
    os.write(1, bytes([byte]))
    time.sleep(0.005)
