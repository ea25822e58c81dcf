origin = "signal of the program"
