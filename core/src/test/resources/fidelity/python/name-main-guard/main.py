import part


def main():
    print("main runs")
    return 4


if __name__ == "__main__":
    raise SystemExit(main())
