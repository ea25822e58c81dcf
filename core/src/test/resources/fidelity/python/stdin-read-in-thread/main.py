import sys
import threading

thread = threading.Thread(target=lambda: print(sys.stdin.read().strip()))
thread.start()
thread.join()
