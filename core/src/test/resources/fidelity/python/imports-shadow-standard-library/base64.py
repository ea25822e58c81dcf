origin = "base64 of the program"
