import sys

frame = sys._getframe()
code = frame.f_code
print(frame.f_back, frame.f_lineno, frame.f_lasti >= 0)
print(code.co_filename, code.co_name, code.co_qualname, code.co_firstlineno, code.co_flags)
print(frame.f_globals is globals(), frame.f_builtins is vars(__builtins__))
