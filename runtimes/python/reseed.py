# What preloaded libraries have drawn at random while they were imported is drawn again in an interpreter that was restored from a snapshot. Each
# entry is a module and what to do with it; `random` and OpenSSL need none (interpreter.c).
def reseed():
    import os
    import sys

    entries = {
        'multiprocessing.process': lambda module: setattr(module.current_process(), 'authkey', os.urandom(32)),
        'numpy.random': lambda module: module.seed(),
        'uuid': lambda module: setattr(module, '_node', None),
    }
    for name, draw_again in entries.items():
        if name in sys.modules:
            draw_again(sys.modules[name])
