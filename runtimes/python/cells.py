# Runs the cells of a session: each is a message from the agent's socket, in one namespace that stays, and what it shows, returns or raises is reported
# there. docs: runtimes/agent/PROTOCOL.md. What a first cell does not need is imported later: a session is opened while somebody waits.
import _ast
import _signal
import _socket
import _thread
import builtins
import os
import sys

OURS = '/mayfly/'
sys.path.insert(0, OURS)
import displays
del sys.path[0], sys.modules['displays']  # a file of the user's may have this name


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
        body = displays.as_json({'type': kind, 'id': self.cell, **fields}).encode()
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

    def display(self, *values):
        for value in values:
            flush()
            self.send('display', data=displays.bundle(value))

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
        while trace is not None and trace.tb_frame.f_code.co_filename.startswith(OURS):
            trace = trace.tb_next
        try:
            name = type(error).__name__
            words = str(error)
            report = traceback.TracebackException.from_exception(error.with_traceback(trace))
            report.stack[:] = [frame for frame in report.stack if not frame.filename.startswith(OURS)]   # an interrupt is raised in here
            whole = ''.join(report.format())
        except Exception:
            name, words, whole = 'Exception', 'the error cannot be shown', 'the error cannot be shown'
        self.send('error', name=displays.cut(name), message=displays.cut(words), trace=displays.cut(whole))

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
                    self.send('result', data=displays.bundle(value))
                for figure in displays.figures():
                    self.send('display', data=figure)
            finally:
                self.running = False
        except BaseException as error:
            self.running = False
            flush()
            self.report(error)
        flush()
        self.send('done')


# A cell may have closed them, or put something else in their place.
def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def main():
    driver = _Driver()
    if not sys.flags.safe_path:
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
