import multiprocessing
from multiprocessing import shared_memory


def fill(name):
    block = shared_memory.SharedMemory(name=name)
    block.buf[:5] = b"child"
    block.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    block = shared_memory.SharedMemory(create=True, size=16)
    counter = context.Value("i", 5)
    child = context.Process(target=fill, args=(block.name,))
    child.start()
    child.join()
    print(bytes(block.buf[:5]), counter.value)
    block.close()
    block.unlink()
