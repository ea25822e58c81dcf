import multiprocessing
import sys

print("loaded as", __name__, flush=True)


def work(connection, argument):
    connection.send((argument, __name__, sys.argv, __file__, multiprocessing.current_process().name))
    sys.exit(3)


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=work, args=(theirs, {"a": 1}))
    child.start()
    print(ours.recv())
    child.join()
    print(child.exitcode)
