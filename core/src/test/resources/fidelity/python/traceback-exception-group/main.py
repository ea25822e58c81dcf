def fail(error):
    try:
        raise error
    except Exception as raised:
        return raised


inner = ExceptionGroup("inner", [fail(TypeError("c")), fail(OSError("d"))])
raise ExceptionGroup("outer", [fail(ValueError("a")), inner])
