import sys


def hook(kind, value, tb):
    print("hook:", kind.__name__, value, tb.tb_lineno, tb.tb_next, file=sys.stderr)


sys.excepthook = hook
raise LookupError("caught by the hook")
