import copy
import pickle


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)


data = pickle.dumps(Point(1, 2), protocol=0)
print(data)
print(pickle.loads(data) == Point(1, 2), copy.deepcopy(Point(3, 4)).y, Point.__module__, Point)


def local():
    class Hidden:
        pass
    return Hidden()


pickle.dumps(local())
