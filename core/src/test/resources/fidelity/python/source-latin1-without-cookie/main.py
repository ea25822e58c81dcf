print("never")
text = "grüße"
