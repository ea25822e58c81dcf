import subprocess
import sys
import zipfile

with zipfile.ZipFile("app.pyz", "w") as app:
    app.writestr("__main__.py", "import sys\nprint(__name__, __file__, sys.argv, sys.path[0])\n")
subprocess.run([sys.executable, "app.pyz", "x"], check=True)
