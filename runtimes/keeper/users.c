#include "users.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK_USERS = USERS_IN_RANGE * USERS_RANGES_IN_BLOCK, MAX_BLOCKS = 1024 };

static int locks[MAX_BLOCKS];   /* descriptors of the locks on this process's blocks; 0 for those that it does not have */

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

static bool none_are_allowed(void) {
    int file = open("/proc/sys/user/max_user_namespaces", O_RDONLY | O_CLOEXEC);
    char first = 0;
    bool none = file >= 0 && read(file, &first, 1) == 1 && first == '0';
    if (file >= 0) close(file);
    return none;
}

bool users_are_missing(int error) {
    return error == EPERM || error == EINVAL || error == ENOSYS || (error == ENOSPC && none_are_allowed());
}

/* ---- which are free ---- */

static void name_of(char path[static 512], const char *folder, int block) {
    snprintf(path, 512, "%s/users-%d", folder, block);
}

/* The lock is on a folder of the control groups' file system, which is one for all keepers but those in a control group namespace of their own. Who
 * leaves removes it: a lock on a folder that is gone holds off nobody. */
static int lock(const char *folder, int block) {
    char path[512];
    struct stat locked, named;
    name_of(path, folder, block);
    if (mkdir(path, 0755) && errno != EEXIST) return -1;
    int file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return -1;
    if (flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &locked) == 0 && stat(path, &named) == 0 && locked.st_ino == named.st_ino) return file;
    close(file);
    return -1;
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

static size_t list_free(uint32_t first, char answer[static USERS_ANSWER]) {
    bool used[USERS_RANGES_IN_BLOCK] = {false};
    size_t length = 0;
    find_used(first, used);
    for (int range = 0; range < USERS_RANGES_IN_BLOCK; range++)
        if (!used[range]) length += (size_t)sprintf(answer + length, "%u ", first + (uint32_t)range * USERS_IN_RANGE);   /* 64 times 11 characters at most */
    return length;
}

int users_take_block(const char *folder, uint32_t first, uint32_t end, char answer[static USERS_ANSWER]) {
    int count = end <= first ? 0 : (int)((end - first) / BLOCK_USERS);
    for (int block = 0; block < count && block < MAX_BLOCKS; block++) {
        int file = locks[block] > 0 ? -1 : lock(folder, block);
        if (file < 0) continue;
        locks[block] = file;
        if (list_free(first + (uint32_t)block * BLOCK_USERS, answer) > 0) return block;
        users_release_block(block);
    }
    snprintf(answer, USERS_ANSWER, "all %d blocks of host users are taken", count);
    return -1;
}

void users_release_block(int block) {
    close(locks[block]);
    locks[block] = 0;
}

void users_leave(const char *folder) {
    char path[512];
    for (int block = 0; block < MAX_BLOCKS; block++) {
        name_of(path, folder, block);
        if (locks[block] > 0 && rmdir(path)) perror(path);
    }
}
