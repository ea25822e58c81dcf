import multiprocessing


def work(n, results):
    results.put((n, n * n, __name__))


if __name__ == "__main__":
    print(multiprocessing.get_start_method(), multiprocessing.current_process().name)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    children = [context.Process(target=work, args=(n, results)) for n in range(3)]
    for child in children:
        child.start()
    print(sorted(results.get() for _ in children))
    for child in children:
        child.join()
    print([(child.name, child.exitcode) for child in children])
