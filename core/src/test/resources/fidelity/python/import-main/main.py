import sys
import __main__

answer = 42
print(__main__.answer, __main__.__name__, __main__.__file__)
print(sys.modules["__main__"] is __main__, vars(__main__) is globals())
print(type(__main__), repr(__main__))
