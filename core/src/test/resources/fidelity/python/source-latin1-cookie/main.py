# -*- coding: latin-1 -*-
text = "grüße"
print(text, len(text))
raise ValueError("ü")
