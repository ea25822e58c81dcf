# The header line holds the thread's address, so stderr goes to a file and only its frames are shown.
import os
import subprocess
import sys

source = "import faulthandler, os\nfaulthandler.enable()\nos.abort()\n"
done = subprocess.run([sys.executable, "-c", source], stderr=subprocess.PIPE, text=True)
print(done.returncode)
print([line for line in done.stderr.splitlines() if "0x" not in line][:3])
