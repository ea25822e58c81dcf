#include "users.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK_USERS = USERS_IN_RANGE * USERS_RANGES_IN_BLOCK, MAX_BLOCKS = 1024 };

static bool held[MAX_BLOCKS];   /* the blocks of this process */

/* ---- user namespaces ---- */

/* Shares our memory, and so does nothing but wait. */
static int wait_for_end(void *nothing) {
    while (nothing == NULL) syscall(SYS_pause);
    return 0;
}

static bool map(pid_t pid, const char *name, uint32_t first) {
    char path[64], line[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int length = snprintf(line, sizeof line, "0 %u %d\n", first, USERS_IN_RANGE);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool written = file >= 0 && write(file, line, (size_t)length) == length;
    if (file >= 0) close(file);
    return written;
}

/* A namespace needs a first process in it; a descriptor keeps it when that is gone. */
int users_make(uint32_t first) {
    static char stack[4096] __attribute__((aligned(16)));
    pid_t pid = clone(wait_for_end, stack + sizeof stack, CLONE_NEWUSER | CLONE_VM | SIGCHLD, NULL);
    if (pid < 0) return -1;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    int users = map(pid, "uid_map", first) && map(pid, "gid_map", first) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    errno = error;
    return users;
}

/* ---- which are free ---- */

static void name_of(char path[static 512], const char *folder, int block) {
    snprintf(path, 512, "%s/users-%d", folder, block);
}

/* The lock is on a folder of the control groups' file system, of which a host has one, whoever sees it. */
static bool lock(const char *folder, int block) {
    char path[512];
    name_of(path, folder, block);
    if (mkdir(path, 0755) && errno != EEXIST) return false;
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return false;
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;   /* and stays open */
    close(file);
    return false;
}

/* A keeper that was killed may have left sandboxes that are still on their way out. */
static void find_used(uint32_t first, bool used[static USERS_RANGES_IN_BLOCK]) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) return;
    for (struct dirent *each; (each = readdir(processes)) != NULL;) {
        char path[300], line[256];
        snprintf(path, sizeof path, "/proc/%s/status", each->d_name);
        FILE *status = each->d_name[0] >= '1' && each->d_name[0] <= '9' ? fopen(path, "re") : NULL;
        if (status == NULL) continue;
        while (fgets(line, sizeof line, status) != NULL) {
            unsigned user;
            if (sscanf(line, "Uid: %u", &user) == 1 && user >= first && user - first < BLOCK_USERS) used[(user - first) / USERS_IN_RANGE] = true;
        }
        fclose(status);
    }
    closedir(processes);
}

bool users_take_block(const char *folder, uint32_t first, uint32_t end, FILE *out) {
    int count = end <= first ? 0 : (int)((end - first) / BLOCK_USERS);
    for (int block = 0; block < count && block < MAX_BLOCKS; block++) {
        if (held[block] || !lock(folder, block)) continue;
        held[block] = true;
        uint32_t its_first = first + (uint32_t)block * BLOCK_USERS;
        bool used[USERS_RANGES_IN_BLOCK] = {false};
        find_used(its_first, used);
        for (int range = 0; range < USERS_RANGES_IN_BLOCK; range++)
            if (!used[range]) fprintf(out, "%u ", its_first + (uint32_t)range * USERS_IN_RANGE);
        return true;
    }
    fprintf(out, "all %d blocks of host users are taken", count);
    return false;
}

void users_leave(const char *folder) {
    char path[512];
    for (int block = 0; block < MAX_BLOCKS; block++) {
        name_of(path, folder, block);
        if (held[block] && rmdir(path)) perror(path);
    }
}
