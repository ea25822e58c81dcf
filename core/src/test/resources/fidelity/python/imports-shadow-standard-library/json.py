origin = "json of the program"
