# Runs a program as `python3 ENTRYPOINT` does, and writes what it shows to the folder `display`: what it gives to display(), the value of its last
# expression, and the figures that it leaves open.
import _ast
import builtins
import os
import sys

OURS = '/mayfly/'
sys.path.insert(0, OURS)
import displays
del sys.path[0], sys.modules['displays']  # a file of the user's may have this name

FOLDER = 'display'
FUTURE = 0x1fe0000  # flags of `from __future__ import …`, which hold for a whole file
ENDINGS = {'text/plain': 'txt', 'text/html': 'html', 'text/markdown': 'md', 'text/latex': 'tex', 'image/png': 'png', 'image/jpeg': 'jpg', 'image/svg+xml': 'svg',
           'application/json': 'json'}


class _Shown:
    def __init__(self):
        self.folder = os.path.abspath(FOLDER)
        self.count = 0

    # A file for each media type; an image needs no words.
    def show(self, data):
        self.count += 1
        image = any(mime.startswith('image/') for mime in data)
        try:
            os.makedirs(self.folder, exist_ok=True)
            for mime, ending in ENDINGS.items():
                if mime in data and not (image and mime == 'text/plain'):
                    self.write('%s/%d.%s' % (self.folder, self.count, ending), mime, data[mime])
        except OSError as error:
            print('mayfly: what the program shows is lost: %s' % error, file=sys.stderr)

    def write(self, path, mime, content):
        if mime in ('image/png', 'image/jpeg'):
            import base64
            content = base64.b64decode(content)
        elif type(content) is str:
            content = content.encode(errors='surrogateescape')
        else:
            content = displays.as_json(content).encode()
        with open(path, 'wb') as file:
            file.write(content)

    def display(self, *values):
        for value in values:
            self.show(displays.bundle(value))


def run(path, names, shown):
    with open(path, 'rb') as file:
        tree = compile(file.read(), path, 'exec', _ast.PyCF_ONLY_AST)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], _ast.Expr) else None
    first = compile(tree, path, 'exec')
    exec(first, names)
    if last is None:
        return
    value = eval(compile(_ast.Expression(last.value), path, 'eval', first.co_flags & FUTURE), names)
    if value is not None:
        shown.display(value)


# Without our frames, which are the first ones, and those of what we call.
def trace_of(error):
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
        trace = trace.tb_next
    return trace


def main():
    del sys.argv[0], sys.orig_argv[1]
    path = os.path.abspath(sys.argv[0])
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(path)
    module = type(sys)('__main__')
    names = module.__dict__
    names.update(__file__=path, __builtins__=builtins, __cached__=None, __loader__=sys.modules['_frozen_importlib_external'].SourceFileLoader('__main__', path))
    sys.modules['__main__'] = module
    shown = _Shown()
    builtins.display = shown.display
    try:
        try:
            run(path, names, shown)
        finally:
            for figure in displays.figures():
                shown.show(figure)
    except Exception as error:
        error.__traceback__ = trace_of(error)
        sys.excepthook(type(error), error, error.__traceback__)
        failed = True
    else:
        failed = False
    if failed:
        sys.exit(1)


main()
