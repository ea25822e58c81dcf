import io
import sys

sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding="latin-1", errors="replace")
print("ü €")
