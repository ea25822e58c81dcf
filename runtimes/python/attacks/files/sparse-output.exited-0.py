# Asks for a file back that claims to be huge and is all hole.
# outputs: *.bin
# brings-back: small.bin
with open('huge.bin', 'wb') as file:
    file.truncate(1 << 40)
open('small.bin', 'wb').write(b'x' * 100)
