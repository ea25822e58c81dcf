/* What /proc/self/exe names, where libuv looks for the program to start for a child: in a restored node it is the agent, whose process it was. */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#define OWN "/proc/self/exe"
#define AGENT "/mayfly/agent"
#define NODE "/usr/bin/node"

ssize_t readlink(const char *restrict path, char *restrict target, size_t room) {
    ssize_t (*original)(const char *, char *, size_t);
    *(void **)&original = dlsym(RTLD_NEXT, "readlink");
    ssize_t length = original(path, target, room);
    if (length != (ssize_t)strlen(AGENT) || memcmp(target, AGENT, strlen(AGENT)) != 0 || strcmp(path, OWN) != 0) return length;
    size_t named = strlen(NODE) < room ? strlen(NODE) : room;
    memcpy(target, NODE, named);
    return (ssize_t)named;
}
