import traceback

for source in ("1 / 0", "undefined_name"):
    try:
        eval(source)
    except Exception:
        traceback.print_exc()
exec(compile("def f():\n    raise KeyError('k')\nf()", "made-up.py", "exec"))
