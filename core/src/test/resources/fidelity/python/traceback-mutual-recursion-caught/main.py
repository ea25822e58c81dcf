import sys
import traceback


def ping(n):
    return pong(n)


def pong(n):
    return ping(n)


try:
    ping(0)
except RecursionError as error:
    shape = traceback.format_exception(error)
    print(shape[0], shape[1], shape[-1], sep="", end="")
    print(type(error).__mro__)
