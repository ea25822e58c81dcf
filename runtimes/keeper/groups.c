#include "groups.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"
#define PROCESSES "cgroup.procs"

enum { MAX_ROUNDS = 100 };

/* In the root of this process's control group namespace, or moved aside there already; on a host, that is the root of all, in which services are not started. */
static bool in_root(void) {
    char line[512] = "";
    FILE *file = fopen("/proc/self/cgroup", "re");
    bool root = file != NULL && fgets(line, sizeof line, file) != NULL && (strcmp(line, "0::/\n") == 0 || strcmp(line, "0::/service\n") == 0);
    if (file != NULL) fclose(file);
    return root;
}

/* Whether what is mounted shows the group that this process is in as its root. */
static bool shows_us(void) {
    char line[32];
    bool found = false;
    FILE *file = fopen(GROUPS "/" PROCESSES, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) found = atoi(line) == getpid();
    if (file != NULL) fclose(file);
    return found;
}

static bool put(const char *path, const char *value) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool written = file >= 0 && write(file, value, strlen(value)) > 0;
    if (file >= 0) close(file);
    return written;
}

/* Each write moves one process. A process that has ended meanwhile cannot be moved. */
static bool move_all(void) {
    char line[32];
    bool any = false;
    FILE *file = fopen(GROUPS "/" PROCESSES, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) any = put(GROUPS "/service/" PROCESSES, line) || any;
    if (file != NULL) fclose(file);
    return any;
}

/* The root of all has no type. */
bool groups_are_own(void) {
    return access(GROUPS "/cgroup.type", F_OK) == 0;
}

const char *groups_own(void) {
    struct statfs place;
    if (statfs(GROUPS, &place) || place.f_type != CGROUP2_SUPER_MAGIC || !in_root()) return NULL;
    bool ours = shows_us();
    if (ours && !groups_are_own()) return NULL;
    if (!ours || access(GROUPS, W_OK)) {
        if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) return "a mount namespace of our own";
        umount2(GROUPS, MNT_DETACH);   /* a file system is not mounted on its own root */
        if (mount("cgroup2", GROUPS, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) return "our own control groups at " GROUPS;
        if (!groups_are_own()) return NULL;
    }
    if (mkdir(GROUPS "/service", 0755) && errno != EEXIST) return GROUPS "/service";
    /* Others may come meanwhile, as a container's health check does. */
    for (int round = 0; round < MAX_ROUNDS; round++) {
        if (put(GROUPS "/cgroup.subtree_control", "+memory +pids +cpu")) return NULL;
        if (errno != EBUSY) return "the controllers of our own control group";
        if (!move_all()) usleep(1000);
    }
    return "the processes of our own control group";
}
