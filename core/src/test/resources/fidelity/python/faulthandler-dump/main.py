# The thread's id in the dump is an address, so only the frames are shown.
import faulthandler
import os


def deep():
    with open("dump.txt", "w") as dump:
        faulthandler.dump_traceback(dump, all_threads=False)


deep()
with open("dump.txt") as dump:
    print("".join(line for line in dump if line.startswith("  ")), end="")
os.remove("dump.txt")
