# Runs the cells of a session: each is a message from the agent's socket, in one namespace that stays, and what it shows, returns or raises is reported
# there. docs: runtimes/agent/PROTOCOL.md. What a first cell does not need is imported later: a session is opened while somebody waits.
import _ast
import _json
import _signal
import _socket
import _thread
import builtins
import os
import sys

OURS = (lambda: None).__code__.co_filename
MAX_TEXT = 1 << 20  # of one value's representation, in characters
MIMES = {'image/png': '_repr_png_', 'image/jpeg': '_repr_jpeg_', 'image/svg+xml': '_repr_svg_', 'text/html': '_repr_html_', 'text/markdown': '_repr_markdown_',
         'text/latex': '_repr_latex_', 'application/json': '_repr_json_'}


class _Driver:
    def __init__(self):
        self.channel = _socket.socket(_socket.AF_UNIX)
        self.channel.connect('/dev/mayfly/cells')
        self.lock = _thread.allocate_lock()
        self.main = _thread.get_ident()
        self.names = type(sys)('__main__')
        self.names.__dict__['__builtins__'] = builtins
        self.cell = 0
        self.loop = None
        self.sources = {}
        self.running = self.sending = self.interrupted = False

    # ---- messages ----

    def receive(self, length):
        data = bytearray()
        while len(data) < length:
            part = self.channel.recv(min(length - len(data), 1 << 20))
            if not part:
                os._exit(0)  # the session is over
            data += part
        return bytes(data)

    # Whole, also when its cell is interrupted meanwhile, and others of its threads send.
    def send(self, kind, **fields):
        body = as_json({'type': kind, 'id': self.cell, **fields}).encode()
        main = _thread.get_ident() == self.main
        if main:
            self.sending = True
        try:
            with self.lock:
                self.channel.sendall(len(body).to_bytes(4, 'big') + body)
        finally:
            if main:
                self.sending = False
        if main and self.interrupted:
            self.interrupt(_signal.SIGINT, None)

    def interrupt(self, number, frame):
        self.interrupted = self.running and self.sending
        if self.running and not self.sending:
            raise KeyboardInterrupt

    # ---- what a value shows of itself ----

    def bundle(self, value):
        data = {'text/plain': text_of(value)}
        if not isinstance(value, type):
            whole = quietly(getattr(value, '_repr_mimebundle_', None))
            made = {**(whole if isinstance(whole, dict) else {})}
            for mime, name in MIMES.items():
                if mime not in made:
                    made[mime] = quietly(getattr(value, name, None))
            if type(value).__module__.startswith('matplotlib.') and hasattr(value, 'savefig'):
                made['image/png'] = png(value)
            data.update((mime, encoded(one)) for mime, one in made.items() if can_be_sent(encoded(one)))
        return data

    def display(self, *values):
        for value in values:
            flush()
            self.send('display', data=self.bundle(value))

    def show_figures(self):
        plots = sys.modules.get('matplotlib.pyplot')
        for number in plots.get_fignums() if plots else ():
            figure = plots.figure(number)
            self.send('display', data={'image/png': encoded(png(figure)), 'text/plain': repr(figure)})
            plots.close(figure)

    # ---- a cell ----

    def run(self, code, name):
        self.sources[name] = (len(code), None, code.splitlines(True), name)
        if 'linecache' in sys.modules:
            self.show_sources()
        tree = compile(code, name, 'exec', _ast.PyCF_ONLY_AST | _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], _ast.Expr) else None
        if tree.body:
            self.finish(compile(tree, name, 'exec', _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        if last is None:
            return None
        value = self.finish(compile(_ast.Expression(last.value), name, 'eval', _ast.PyCF_ALLOW_TOP_LEVEL_AWAIT))
        return None if code.rstrip().endswith(';') else value

    # The lines of cells, for tracebacks.
    def show_sources(self):
        import linecache
        linecache.cache.update(self.sources)
        self.sources.clear()

    def finish(self, compiled):
        made = eval(compiled, self.names.__dict__)
        if not compiled.co_flags & 0x80:  # not a coroutine's
            return made
        import asyncio
        if self.loop is None:
            self.loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self.loop)
        task = self.loop.create_task(made)
        try:
            return self.loop.run_until_complete(task)
        except BaseException:
            if not task.done():  # it was interrupted, and must not go on in the next cell
                task.cancel()
                self.loop.run_until_complete(asyncio.wait([task], timeout=1))
            raise

    def report(self, error):
        import traceback
        self.show_sources()
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == OURS:
            trace = trace.tb_next
        try:
            name = type(error).__name__
            words = str(error)
            report = traceback.TracebackException.from_exception(error.with_traceback(trace))
            report.stack[:] = [frame for frame in report.stack if frame.filename != OURS]   # an interrupt is raised in here
            whole = ''.join(report.format())
        except Exception:
            name, words, whole = 'Exception', 'the error cannot be shown', 'the error cannot be shown'
        self.send('error', name=cut(name), message=cut(words), trace=cut(whole))

    def turn(self):
        message = self.receive(int.from_bytes(self.receive(4), 'big'))
        self.cell, code = int.from_bytes(message[:4], 'big'), message[4:].decode()
        self.interrupted = False
        _signal.signal(_signal.SIGINT, self.interrupt)
        try:
            try:
                self.running = True
                value = self.run(code, '<cell %d>' % self.cell)
                flush()
                if value is not None:
                    self.names.__dict__['_'] = value
                    self.send('result', data=self.bundle(value))
                self.show_figures()
            finally:
                self.running = False
        except BaseException as error:
            self.running = False
            flush()
            self.report(error)
        flush()
        self.send('done')


def cut(text):
    text = str(text)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + '…'


def text_of(value):
    return cut(repr(value))


# What a value's own method returns; nothing where it has none, or fails.
def quietly(method):
    try:
        made = method() if callable(method) else None
        return made[0] if isinstance(made, tuple) else made
    except Exception:
        return None


# Strings, numbers and what is made of them; NaN is none in JSON.
def as_json(value):
    if type(value) is str:
        return _json.encode_basestring_ascii(value)
    if type(value) is int:
        return str(value)
    if type(value) is dict and all(type(name) is str for name in value):
        return '{' + ','.join('%s:%s' % (as_json(name), as_json(one)) for name, one in value.items()) + '}'
    import json
    return json.dumps(value, allow_nan=False)


def can_be_sent(value):
    try:
        return value is not None and as_json(value) != ''
    except (TypeError, ValueError, RecursionError):
        return False


def encoded(value):
    if isinstance(value, (bytes, bytearray)):
        import base64
        return base64.b64encode(value).decode()
    return value


def png(figure):
    import io
    into = io.BytesIO()
    figure.savefig(into, format='png', bbox_inches='tight')
    return into.getvalue()


# A cell may have closed them, or put something else in their place.
def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def main():
    driver = _Driver()
    sys.path[0] = ''  # as for a person at the interpreter: the current folder
    sys.modules['__main__'] = driver.names
    builtins.display = driver.display
    sys.argv = ['']
    sys.stdout.reconfigure(line_buffering=True)
    _signal.signal(_signal.SIGINT, driver.interrupt)
    driver.send('ready')
    while True:
        driver.turn()


main()
