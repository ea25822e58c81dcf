# Watches its descriptors by as many epoll sets as there is room for.
# limits: memory=32m
import select

WATCHED = 500
sets = [select.epoll() for _ in range(400)]
pipes = []
import os
for _ in range(WATCHED // 2):
    pipes += os.pipe()
for each in sets:
    for descriptor in pipes:
        each.register(descriptor, select.EPOLLIN)
