import threading

rang = threading.Event()
threading.Timer(0.05, rang.set).start()
print(rang.wait(5))
barrier = threading.Barrier(2, action=lambda: print("both"))
threading.Thread(target=barrier.wait).start()
barrier.wait()
