import os
import sys

print("parent starts", flush=True)
child = os.fork()
if child == 0:
    print("child", sys.argv, __name__, flush=True)
    os._exit(7)
pid, status = os.waitpid(child, 0)
print(pid == child, os.waitstatus_to_exitcode(status))
