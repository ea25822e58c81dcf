import sys
import warnings

print(warnings.filters)
print(sys.warnoptions, warnings.showwarning.__module__)
print("__warningregistry__" in globals())
