import warnings

warnings.simplefilter("error")
print("before")
warnings.warn("now an error", FutureWarning)
