# What a value shows of itself, by media type: for the cells of a session, and for a program that is run with `display`.
import _json
import sys

MAX_TEXT = 1 << 20  # of one value's representation, in characters
MIMES = {'image/png': '_repr_png_', 'image/jpeg': '_repr_jpeg_', 'image/svg+xml': '_repr_svg_', 'text/html': '_repr_html_', 'text/markdown': '_repr_markdown_',
         'text/latex': '_repr_latex_', 'application/json': '_repr_json_'}


# Bytes in base64, and only what can be sent as JSON.
def bundle(value):
    data = {'text/plain': cut(repr(value))}
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


# Of each figure that is open; then it is closed.
def figures():
    plots = sys.modules.get('matplotlib.pyplot')
    for number in plots.get_fignums() if plots else ():
        figure = plots.figure(number)
        yield {'image/png': encoded(png(figure)), 'text/plain': repr(figure)}
        plots.close(figure)


def cut(text):
    text = str(text)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + '…'


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
