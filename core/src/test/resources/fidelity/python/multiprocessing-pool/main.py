import multiprocessing


class Point:
    def __init__(self, x):
        self.x = x


def double(point):
    return Point(point.x * 2)


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print([point.x for point in pool.map(double, map(Point, range(8)))])
        try:
            pool.apply(int, ["x"])
        except ValueError as error:
            print(error)
