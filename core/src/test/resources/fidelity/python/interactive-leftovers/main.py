import builtins
import sys

print(hasattr(builtins, "_"), hasattr(sys, "ps1"), sys.flags.interactive, sys.flags.inspect)
sys.displayhook("shown")
print(builtins._)
"an expression alone prints nothing"
