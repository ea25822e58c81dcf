# Writes bytes that are no text: every byte there is, lone surrogates, overlong forms, NULs.
import os

os.write(1, bytes(range(256)) + b'\xed\xa0\x80\xc0\x80\xf8\x88\x80\x80\x80\xef\xbf\xbe' + bytes(1000))
os.write(2, bytes(1000) + b'\xff' * 1000)
