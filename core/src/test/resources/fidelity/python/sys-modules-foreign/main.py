# Whatever started this program must have left no modules of its own behind.
import sys

print(sorted(name for name in sys.modules if name.split(".")[0] not in sys.stdlib_module_names))
print([name for name, module in sys.modules.items() if module is None])
print(sorted({getattr(m, "__file__", None) or "" for n, m in sys.modules.items() if n == "__main__"}))
