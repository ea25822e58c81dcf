# Asks for thousands of files back, none of which may come, under the longest names there are.
# outputs: **/*
import os

os.chdir('/tmp')
for number in range(5000):
    os.symlink('/etc/passwd', f'/work/{number:0250}')
os.unlink(__file__)   # which would come back
