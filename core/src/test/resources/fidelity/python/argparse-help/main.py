import argparse

parser = argparse.ArgumentParser(description="Adds numbers.")
parser.add_argument("numbers", nargs="+", type=int, help="what to add")
parser.add_argument("--scale", type=float, default=1.0, help="multiply the sum (default: %(default)s)")
print(parser.parse_args())
