import sys

print(sys.gettrace(), sys.getprofile())


def double(n):
    result = n * 2
    return result


events = []
sys.settrace(lambda frame, event, arg: events.append((event, frame.f_code.co_name, frame.f_lineno)))
double(3)
sys.settrace(None)
print(events)
