import os

os.chdir("/tmp")
import late
