# Asks for four exbibytes at once, which is the program's own error.
bytearray(1 << 62)
