import threading
import time

threading.Thread(target=lambda: (time.sleep(0.1), print("thread ends"))).start()
raise ValueError("main fails first")
