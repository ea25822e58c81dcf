origin = "socket of the program"
