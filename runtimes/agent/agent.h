/* What the agent knows of the sandbox it is PID 1 of: its user, its folders, its control group. */
#ifndef MAYFLY_AGENT_H
#define MAYFLY_AGENT_H

#include "frame.h"

#include <sys/types.h>

#define WORK_DIR "/work"
#define SNAPSHOT "/mayfly/snapshot"
#define INTERPRETER "/mayfly/interpreter"   /* what a runtime restores from its snapshot */
#define ENTRY_LINK "/dev/mayfly/entrypoint"

enum {
    SANDBOX_UID = 1000,       /* runs every byte of user code; owns /work and nothing else */
    CONTROL_FD = 1000,    /* where a warm interpreter finds its control socket */
};

/* cgroup.c: counters of the whole sandbox, v1 and v2; zero where the engine shows no control group. */
struct usage {
    uint64_t cpu_user_nanos, cpu_system_nanos, peak_memory_bytes, oom_kills;
    uint32_t pids, peak_pids;   /* the agent included */
};
void cgroup_open(void);
struct usage cgroup_read(void);
uint64_t cgroup_cpu_nanos(void);
uint64_t cgroup_oom_kills(void);
uint32_t cgroup_pids(void);

/* loopback.c: the sandbox's only network, 127.0.0.1 and ::1; the capability for it is gone when this returns. */
void loopback_up(void);

/* child.c: one process as the sandbox's user, without capabilities, leading its own session. */
struct child {
    pid_t pid;            /* -1 when it could not be started, with errno */
    int in, out, err;     /* our ends of its pipes; -1 once closed */
    int control;          /* our end of a warm interpreter's control socket, or -1 */
};
/* `folder` is WORK_DIR where it is NULL. With a `window` the process is cold and at a terminal of its own: `in` and `out` are its other end, and there
 * is no `err`. `instead` runs in the process in place of the command, and its result is the exit code. */
struct start {
    char **command, **env;
    const char *folder;
    uint32_t open_files;
    bool warm;
    const struct window *window;
    int (*instead)(char **command);
};
struct child child_start(const struct start *start);
char **environment_with(char **added);   /* the sandbox's own, and these NAME=VALUE in place of theirs; the caller frees the vector alone */
void child_close(int *fd);

/* restore.c: goes on as the interpreter of a snapshot; returns when it cannot. */
void restore(const char *path);

/* files.c: every access uses the sandbox user's file system identity, and never follows a link. */
struct file_sink {
    void (*file)(const char *path, uint64_t bytes);
    void (*data)(const uint8_t *bytes, size_t length);
    void (*skipped)(const char *path, const char *reason);
};
void files_as_user(bool user);                       /* whose rights the agent's own file access has; root by default */
int file_create(const char *path);                   /* a file below WORK_DIR, or -1 with errno */
bool file_make_executable(int fd);
bool file_write(int fd, const uint8_t *bytes, size_t length);
bool entry_link(const char *entrypoint);             /* ENTRY_LINK -> the entry point; root's, user code cannot move it */
int files_operate(char **words);                     /* in a process of the user's: see held_files.c */
void files_collect(char **patterns, uint32_t max_files, uint64_t max_bytes, const struct file_sink *sink);

#endif
