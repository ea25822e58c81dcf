# What a program leaves behind is finalized, whatever it keeps of the libraries and in them.
import atexit
import os

import matplotlib.pyplot
import numpy
import pandas


class Left(pandas.DataFrame):
    def __del__(self, write=os.write):
        write(1, f"{self.attrs['name']}\n".encode())


def left(name):
    frame = Left({"n": numpy.arange(4)})
    frame.attrs["name"] = name
    return frame


one, other = left("first of a cycle"), left("second of a cycle")
one.attrs["other"], other.attrs["other"] = other, one
pandas.kept = left("in pandas")
kept = left("global")
matplotlib.pyplot.figure()
atexit.register(lambda: os.write(1, b"at exit\n"))
unclosed = os.fdopen(os.dup(1), "w")
unclosed.write("in a buffer\n")
