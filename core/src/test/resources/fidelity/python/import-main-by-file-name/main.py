import sys

print("running as", __name__, __spec__ and __spec__.name)
if __name__ == "__main__":
    import main
    print(main is sys.modules["main"], main is sys.modules["__main__"], main.__file__)
