import sys
import traceback


def inner():
    traceback.print_stack()
    traceback.print_stack(file=sys.stdout)


inner()
print(traceback.format_stack())
print([frame.name for frame in traceback.extract_stack()])
