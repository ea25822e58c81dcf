# Asks for things back that would block or confuse a reader: fifos, sockets, folders, files without permissions.
# outputs: *.txt
import os
import socket

os.mkfifo('fifo.txt')
socket.socket(socket.AF_UNIX).bind('socket.txt')
os.mkdir('folder.txt')
os.close(os.open('locked.txt', os.O_CREAT, 0))
os.mkdir('closed')
open('closed/in.txt', 'w').close()
os.chmod('closed', 0)
