import os

reader, writer = os.pipe()
actions = [(os.POSIX_SPAWN_DUP2, writer, 1), (os.POSIX_SPAWN_CLOSE, reader)]
child = os.posix_spawn("/bin/echo", ["echo", "spawned"], os.environ, file_actions=actions)
os.close(writer)
with open(reader) as pipe:
    print(pipe.read(), end="")
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
