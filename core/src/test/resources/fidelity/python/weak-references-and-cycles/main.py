import gc
import weakref


class Node:
    pass


a, b = Node(), Node()
a.other, b.other = b, a
watch = weakref.ref(a, lambda ref: print("collected"))
del a, b
print(watch() is None, gc.collect() >= 2, watch() is None)
