try:
    bytearray(2**60)
except MemoryError as error:
    print(repr(error))
list(range(2**62))
