import queue
import threading

local, done = threading.local(), queue.Queue()
local.value = "main"


def work(n):
    local.value = n
    done.put((n, local.value, threading.current_thread().name))


threads = [threading.Thread(target=work, args=(n,), name=f"worker-{n}") for n in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(done.get() for _ in threads), local.value)
