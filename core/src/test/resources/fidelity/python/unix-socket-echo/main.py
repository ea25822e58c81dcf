import os
import socket
import threading

server = socket.socket(socket.AF_UNIX)
server.bind("echo.sock")
server.listen()


def serve():
    with server.accept()[0] as connection:
        connection.sendall(connection.recv(100)[::-1])


threading.Thread(target=serve).start()
with socket.socket(socket.AF_UNIX) as client:
    client.connect("echo.sock")
    client.sendall(b"abc")
    print(client.recv(100))
os.unlink("echo.sock")
