class Stop(SystemExit):
    pass


try:
    raise Stop(5)
finally:
    print("finally runs")
