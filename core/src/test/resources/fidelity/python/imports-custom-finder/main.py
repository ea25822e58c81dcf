import importlib.abc
import importlib.util
import sys


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "virtual" else None

    def exec_module(self, module):
        module.answer = 42


sys.meta_path.append(Finder())
import virtual
print(virtual.answer, virtual.__spec__.origin)
