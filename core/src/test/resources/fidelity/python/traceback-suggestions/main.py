import traceback


class Box:
    colour = "red"


for attempt in (lambda: Box().color, lambda: pritn("x"), lambda: sys.argv, lambda: print(endd="")):
    try:
        attempt()
    except Exception:
        traceback.print_exc()
Box().colours
