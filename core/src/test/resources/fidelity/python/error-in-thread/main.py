import threading


def work(n):
    print("working")
    return 1 // n


thread = threading.Thread(target=work, args=(0,))
thread.start()
thread.join()
print("main goes on")
