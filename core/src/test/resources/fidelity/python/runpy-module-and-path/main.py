import runpy
import sys

print(runpy.run_module("tool", run_name="__main__", alter_sys=True)["result"])
runpy.run_path("script.py", run_name="scripted")
print(sys.argv, sys.modules["__main__"].__file__)
runpy.run_module("absent")
