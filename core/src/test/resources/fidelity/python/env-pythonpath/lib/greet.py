def hello():
    return f"hello from {__file__}"
