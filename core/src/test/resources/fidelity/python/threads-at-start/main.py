import os
import threading

print(threading.active_count(), [thread.name for thread in threading.enumerate()])
main = threading.main_thread()
print(main is threading.current_thread(), main.daemon, main.native_id == os.getpid(), threading.stack_size())
print(len(os.listdir("/proc/self/task")))
worker = threading.Thread(target=lambda: None)
print(worker.name, worker.daemon)
