class Square:
    side = 3
