/* The kernel's own price of a fresh sandbox: for each life, new namespaces and a control group with limits, then the bare interpreter.
 * floor LIVES PARALLEL PROGRAM ARGUMENT…  prints lives a second. No root file system, no seccomp, no agent: what no engine can go below. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct { const char *hierarchy, *file, *value; } LIMITS_V1[] = {
    {"memory", "memory.limit_in_bytes", "268435456"}, {"pids", "pids.max", "64"}, {"cpu", "cpu.cfs_quota_us", "100000"}, {"cpuacct", NULL, NULL},
};
static const struct { const char *file, *value; } LIMITS_V2[] = {{"memory.max", "268435456"}, {"pids.max", "64"}, {"cpu.max", "100000 100000"}};

enum { HIERARCHIES = sizeof LIMITS_V1 / sizeof *LIMITS_V1 };

static void fail(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(70);
}

static void put(const char *path, const char *value) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, value, strlen(value)) < 0) fail(path);
    close(file);
}

static int unified(void) {
    return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

static void group(char *path, size_t size, int hierarchy, const char *name) {
    if (unified()) snprintf(path, size, "/sys/fs/cgroup/%s", name);
    else snprintf(path, size, "/sys/fs/cgroup/%s/%s", LIMITS_V1[hierarchy].hierarchy, name);
}

static void make_groups(const char *name) {
    char path[256], file[512];
    for (int i = 0; i < (unified() ? 1 : HIERARCHIES); i++) {
        group(path, sizeof path, i, name);
        if (mkdir(path, 0755)) fail(path);
        for (size_t j = 0; unified() && j < sizeof LIMITS_V2 / sizeof *LIMITS_V2; j++) {
            snprintf(file, sizeof file, "%s/%s", path, LIMITS_V2[j].file);
            put(file, LIMITS_V2[j].value);
        }
        if (unified() || LIMITS_V1[i].file == NULL) continue;
        snprintf(file, sizeof file, "%s/%s", path, LIMITS_V1[i].file);
        put(file, LIMITS_V1[i].value);
    }
}

static void enter_groups(const char *name, pid_t pid) {
    char path[256], file[512], number[16];
    snprintf(number, sizeof number, "%d", pid);
    for (int i = 0; i < (unified() ? 1 : HIERARCHIES); i++) {
        group(path, sizeof path, i, name);
        snprintf(file, sizeof file, "%s/cgroup.procs", path);
        put(file, number);
    }
}

static void remove_groups(const char *name) {
    char path[256];
    for (int i = 0; i < (unified() ? 1 : HIERARCHIES); i++) {
        group(path, sizeof path, i, name);
        for (int tries = 0; rmdir(path) && errno == EBUSY && tries < 1000; tries++) usleep(1000);
    }
}

static void live(const char *name, char **command) {
    int go[2];
    if (pipe2(go, O_CLOEXEC)) fail("pipe");
    make_groups(name);
    struct clone_args args = {.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET, .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0) fail("clone3");
    if (pid == 0) {
        char byte;
        int null = open("/dev/null", O_RDWR);
        if (read(go[0], &byte, 1) != 1 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("proc", "/proc", "proc", 0, NULL)) fail("proc");
        dup2(null, 0), dup2(null, 1);
        execv(command[0], command);
        fail(command[0]);
    }
    enter_groups(name, pid);
    if (write(go[1], "g", 1) != 1) fail("go");
    close(go[0]), close(go[1]);
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0) fail("the interpreter");
    remove_groups(name);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: floor LIVES PARALLEL PROGRAM [ARGUMENT…]\n");
        return 64;
    }
    int lives = atoi(argv[1]), parallel = atoi(argv[2]);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int worker = 0; worker < parallel; worker++) {
        if (fork() != 0) continue;
        for (int i = worker; i < lives; i += parallel) {
            char name[64];
            snprintf(name, sizeof name, "mayfly-floor-%d-%d", getpid(), i);
            live(name, argv + 3);
        }
        _exit(0);
    }
    int status, failed = 0;
    while (wait(&status) > 0) failed |= status;
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.1f\n", lives / ((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9));
    return failed ? 70 : 0;
}
