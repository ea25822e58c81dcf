import argparse

parser = argparse.ArgumentParser()
parser.add_argument("numbers", nargs="+", type=int)
print(sum(parser.parse_args().numbers))
