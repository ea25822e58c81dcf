origin = "struct of the program"
