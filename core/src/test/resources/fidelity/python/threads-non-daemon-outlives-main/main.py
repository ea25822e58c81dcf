import threading


def work():
    threading.main_thread().join()
    print("thread ends", threading.main_thread().is_alive())


threading.Thread(target=work).start()
print("main ends")
