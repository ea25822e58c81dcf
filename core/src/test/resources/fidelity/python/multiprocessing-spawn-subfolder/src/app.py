import multiprocessing
import sys

from shape import Square


def work(square):
    print(type(square), square.side, __name__, sys.path[0])


if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=work, args=(Square(),))
    child.start()
    child.join()
    print(child.exitcode)
