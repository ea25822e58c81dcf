from concurrent.futures import ThreadPoolExecutor


def square(n):
    if n == 3:
        raise ValueError("three")
    return n * n


with ThreadPoolExecutor(max_workers=4, thread_name_prefix="pool") as pool:
    print(list(pool.map(lambda n: n + 1, range(10))))
    futures = [pool.submit(square, n) for n in range(5)]
    print([future.exception() or future.result() for future in futures])
futures[3].result()
