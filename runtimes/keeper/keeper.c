/* The host's half of the oci engine: makes sandboxes, or has an OCI runtime make them, in a mount namespace of its own, and ties each sandbox's
 * life to one connection.
 *
 *   keeper SOCKET          serves requests on a unix socket until its stdin ends
 *   keeper --filter FILE   writes there, as seccomp(2) takes it, the filter that stdin describes: see filter.c
 *   keeper --snapshot PID SANDBOX FILE  writes there a snapshot of a process of that sandbox, which waits: see snapshot.c
 *   keeper --touched PID SANDBOX FILE   notes in that snapshot which pages a process that was restored from it touches
 *   keeper --trial FOLDER  makes a sandbox of its own program in a new folder below this one; exit status 0 where this host allows it: see trial.c
 *   keeper --whiteouts DIR turns an unpacked layer's .wh. files into what overlayfs understands
 *
 * A request is one line: words between tabs.
 *   run LOG PROGRAM ARGUMENT…  the connection becomes the program's stdin and stdout, LOG its stderr; it ends when both
 *                              the program and the sandbox have ended. A wait status other than 0 is written to LOG.status
 *   make LOG ID PLAN USER ROOT FOLDER LAYERS
 *                              the same with a new sandbox instead of a program, see sandbox.c; it has ended when its control groups are gone, or do not go.
 *                              USER is the host's user that is root in it, the first one of a range, or 0
 *   sandbox LOG USER ROOT FOLDER LAYERS PROGRAM ARGUMENT…
 *                              runs a program in one more mount namespace, in which the layers are mounted read-only at ROOT; LAYERS are
 *                              names below FOLDER, joined by colons, the topmost first. Sandboxes share no mount: what one opens,
 *                              another could watch (inotify), and hold (flock)
 *   users FIRST END            answers with first users of ranges that no other keeper has, of those between these two, a blank behind each: see users.h
 *   wait LOG MILLISECONDS      answers "gone" when no program with this log runs any more, "late" when the time is over first
 *
 * When the service dies, stdin ends, and so do all connections: every agent then sees the end of its stdin and ends its sandbox. */
#include "sandbox.h"
#include "filter.h"
#include "groups.h"
#include "mounts.h"
#include "snapshot.h"
#include "trial.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { MAX_REQUEST = 16384, MAX_WORDS = 64, BACKLOG = 512, LAST_WISHES_SECONDS = 20, REQUEST_SECONDS = 5, GROUPS_POLL_MILLIS = 2, GROUPS_PATIENCE_MILLIS = 2000 };

struct program {
    pid_t pid;          /* 0 when it has ended and its control groups have not */
    int connection;
    char *log;
    char *id;           /* of a sandbox that we made; or NULL */
    uint64_t give_up_millis;   /* when nobody waits for them any more */
    struct program *next;
};

struct waiter {
    int connection;
    uint64_t deadline_millis;
    char *log;
    struct waiter *next;
};

static struct program *programs;
static struct waiter *waiters;

static _Noreturn void die(const char *what) {
    fprintf(stderr, "keeper: %s: %s\n", what, strerror(errno));
    exit(70);
}

static uint64_t now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Who does not listen any more need not know. */
static bool say(int connection, const char *text) {
    return send(connection, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

/* ---- requests ---- */

static pid_t start(int connection, int log, const struct sandbox_root *root, int users, char **command) {
    pid_t pid = vfork();
    if (pid != 0) return pid;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(connection, 0) < 0 || dup2(connection, 1) < 0 || dup2(log, 2) < 0) _exit(126);
    if (root != NULL && (unshare(CLONE_NEWNS) || !sandbox_mount_root(root, users))) {
        dprintf(2, "the root file system of %s: %s\n", root->layers, strerror(errno));
        _exit(126);
    }
    execvp(command[0], command);
    dprintf(2, "%s: %s\n", command[0], strerror(errno));
    _exit(127);
}

/* A runtime that could be overwritten by the sandbox it starts would first make such a mount by itself and start once more from there, for
 * every sandbox: CVE-2019-5736. */
static void make_read_only(const char *program) {
    static char known[4096];
    if (program[0] != '/' || strcmp(program, known) == 0) return;
    snprintf(known, sizeof known, "%s", program);
    struct statvfs place;
    if (statvfs(program, &place) == 0 && (place.f_flag & ST_RDONLY) == 0 && mount(program, program, NULL, MS_BIND, NULL) == 0
        && mount(NULL, program, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL)) umount2(program, MNT_DETACH);
}

static int open_log(const char *name) {
    return open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static char *copy(const char *word) {
    char *copied = strdup(word);
    if (copied == NULL) die("memory");
    return copied;
}

static void remember(pid_t pid, int connection, const char *log, const char *id) {
    struct program *program = pid < 0 ? NULL : calloc(1, sizeof *program);
    if (program == NULL) {
        close(connection);
        return;
    }
    *program = (struct program){.pid = pid, .connection = connection, .log = copy(log), .id = id == NULL ? NULL : copy(id), .next = programs};
    programs = program;
}

static void run(int connection, const char *name, const struct sandbox_root *root, int users, char **command) {
    make_read_only(command[0]);
    int log = open_log(name);
    remember(log < 0 ? -1 : start(connection, log, root, users, command), connection, name, NULL);
    if (log >= 0) close(log);
}

static uint32_t number(const char *word) {
    return (uint32_t)strtoul(word, NULL, 10);
}

static void make_sandbox(int connection, char **words) {
    int log = open_log(words[0]);
    struct sandbox_order order = {connection, log, words[1], {words[4], words[5], words[6]}, words[2], number(words[3])};
    remember(log < 0 ? -1 : sandbox_start(&order), connection, words[0], words[1]);
    if (log >= 0) close(log);
}

static void run_sandbox(int connection, char **words) {
    struct sandbox_root root = {words[2], words[3], words[4]};
    int users = number(words[1]) == 0 ? -1 : users_make(number(words[1]));
    run(connection, words[0], &root, users, words + 5);
    if (users >= 0) close(users);
}

/* Where keepers see each other's locks: the control groups, which a host has one of; those of a container are its own, but it shares the folder of images with the
 * others of its host. */
static const char *users_folder(void) {
    static char folder[400];
    const char *images = getenv("MAYFLY_OCI_IMAGES");
    if (images == NULL || !groups_are_own()) return sandbox_groups_parent();
    snprintf(folder, sizeof folder, "%s/.users", images);
    if (mkdir(folder, 0700) && errno != EEXIST) return sandbox_groups_parent();
    return access(folder, W_OK) == 0 ? folder : sandbox_groups_parent();
}

/* Numbers, or why there are none: "user namespaces: …" where there can never be any. */
static void lend_users(int connection, char **words) {
    char answer[USERS_ANSWER];
    int tried = users_make(number(words[0])), block = -1;
    if (tried >= 0) block = users_take_block(users_folder(), number(words[0]), number(words[1]), answer);
    else snprintf(answer, sizeof answer, "%s: %s", users_are_missing(errno) ? "user namespaces" : "no user namespace now", strerror(errno));
    if (tried >= 0) close(tried);
    if (!say(connection, answer) && block >= 0) users_release_block(block);
    close(connection);
}

static bool runs(const char *log) {
    for (struct program *program = programs; program != NULL; program = program->next)
        if (strcmp(program->log, log) == 0) return true;
    return false;
}

static void wait_for(int connection, char **words) {
    struct waiter *waiter = calloc(1, sizeof *waiter);
    if (waiter == NULL) {
        close(connection);
        return;
    }
    *waiter = (struct waiter){connection, now_millis() + strtoull(words[1], NULL, 10), copy(words[0]), waiters};
    waiters = waiter;
}

static int split(char *line, char **words) {
    int count = 0;
    for (char *word = strsep(&line, "\t"); word != NULL && count < MAX_WORDS - 1; word = strsep(&line, "\t")) words[count++] = word;
    words[count] = NULL;
    return count;
}

static void serve(int connection) {
    static char request[MAX_REQUEST];
    struct timeval patience = {REQUEST_SECONDS, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    size_t length = 0;
    while (length < sizeof request - 1) {
        ssize_t got = recv(connection, request + length, sizeof request - 1 - length, 0);
        if (got <= 0) break;
        length += (size_t)got;
        if (request[length - 1] == '\n') break;
    }
    char *words[MAX_WORDS];
    request[length] = 0;
    if (length == 0 || request[length - 1] != '\n') {
        close(connection);
        return;
    }
    request[length - 1] = 0;
    struct timeval forever = {0, 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
    int count = split(request, words);
    if (count >= 3 && strcmp(words[0], "run") == 0) run(connection, words[1], NULL, -1, words + 2);
    else if (count == 8 && strcmp(words[0], "make") == 0) make_sandbox(connection, words + 1);
    else if (count >= 7 && strcmp(words[0], "sandbox") == 0) run_sandbox(connection, words + 1);
    else if (count == 3 && strcmp(words[0], "users") == 0) lend_users(connection, words + 1);
    else if (count == 3 && strcmp(words[0], "wait") == 0) wait_for(connection, words + 1);
    else {
        say(connection, "this is no request");
        close(connection);
    }
}

/* ---- ends ---- */

static void note_status(const struct program *program, int status) {
    char path[4200];
    snprintf(path, sizeof path, "%s.status", program->log);
    int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    int file = code == 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) {
        dprintf(file, "%d", code);
        close(file);
    }
}

static void has_ended(pid_t pid, int status) {
    for (struct program *program = programs; program != NULL; program = program->next) {
        if (program->pid != pid) continue;
        note_status(program, status);
        close(program->connection);
        program->pid = 0;
        program->connection = -1;
        program->give_up_millis = now_millis() + GROUPS_PATIENCE_MILLIS;
        return;
    }
}

/* The kernel may still hold a control group whose last process was just collected. Who cannot be helped here is killed by the service. */
static bool is_gone(const struct program *program) {
    if (program->pid != 0) return false;
    if (program->id == NULL || sandbox_remove_groups(program->id)) return true;
    if (now_millis() < program->give_up_millis) return false;
    fprintf(stderr, "keeper: the control groups of %s stay\n", program->id);
    return true;
}

/* Returns how long to wait before the next look, or -1 for as long as nothing happens. */
static int collect_ended(void) {
    int status, wait = -1;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) has_ended(pid, status);
    for (struct program **at = &programs; *at != NULL;) {
        struct program *program = *at;
        if (!is_gone(program)) {
            if (program->pid == 0) wait = GROUPS_POLL_MILLIS;
            at = &program->next;
            continue;
        }
        *at = program->next;
        free(program->log);
        free(program->id);
        free(program);
    }
    return wait;
}

/* Answers those who need not wait any more; returns how long the next one still has, or -1. */
static int answer_waiters(void) {
    uint64_t now = now_millis(), next = UINT64_MAX;
    for (struct waiter **at = &waiters; *at != NULL;) {
        struct waiter *waiter = *at;
        bool gone = !runs(waiter->log);
        if (!gone && waiter->deadline_millis > now) {
            if (waiter->deadline_millis < next) next = waiter->deadline_millis;
            at = &waiter->next;
            continue;
        }
        say(waiter->connection, gone ? "gone" : "late");
        close(waiter->connection);
        *at = waiter->next;
        free(waiter->log);
        free(waiter);
    }
    return next == UINT64_MAX ? -1 : (int)(next - now);
}

/* ---- life ---- */

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "keeper: %s is too long for a socket's name\n", path);
        exit(64);
    }
    strcpy(address.sun_path, path);
    umask(0077);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, BACKLOG)) die(path);
    umask(0022);
    return listener;
}

static void await_last_programs(int signals) {
    for (struct program *program = programs; program != NULL; program = program->next) {
        if (program->connection >= 0) close(program->connection);
        program->connection = -1;
    }
    uint64_t end = now_millis() + LAST_WISHES_SECONDS * 1000;
    while (programs != NULL && now_millis() < end) {
        struct pollfd poller = {signals, POLLIN, 0};
        poll(&poller, 1, 100);
        collect_ended();
    }
}

static int keep(const char *path) {
    setsid();   /* a terminal's signals are for the service, which decides when we end */
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);   /* one connection for each sandbox */
    char groups[4096];
    snprintf(groups, sizeof groups, "%s.cgroup", path);
    const char *failed = own_mounts(groups);
    if (failed != NULL) die(failed);
    sandbox_prepare();
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    int signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC), listener = listen_at(path);
    if (signals < 0) die("signalfd");
    puts("ready");
    fflush(stdout);
    for (int patience = -1;;) {
        struct pollfd polls[] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}, {listener, POLLIN, 0}};
        poll(polls, 3, patience);
        if (polls[1].revents) {
            struct signalfd_siginfo ignored;
            while (read(signals, &ignored, sizeof ignored) > 0) {}
        }
        int groups = collect_ended();
        if (polls[2].revents) {
            int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            if (connection >= 0) serve(connection);
        }
        patience = answer_waiters();
        if (groups >= 0 && (patience < 0 || patience > groups)) patience = groups;
        if (polls[0].revents) break;
    }
    unlink(path);
    close(listener);
    await_last_programs(signals);
    users_leave(users_folder());
    return 0;
}

static int whiteout(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    const char *name = path + place->base;
    if (type != FTW_F || strncmp(name, ".wh.", 4) != 0) return 0;
    char hidden[4096];
    snprintf(hidden, sizeof hidden, "%.*s%s", place->base, path, name + 4);
    if (unlink(path)) return -1;
    if (strcmp(name, ".wh..wh..opq") != 0) return mknod(hidden, S_IFCHR, makedev(0, 0));
    hidden[place->base] = 0;
    return setxattr(hidden, "trusted.overlay.opaque", "y", 1, 0);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--whiteouts") == 0) {
        if (nftw(argv[2], whiteout, 64, FTW_PHYS)) die(argv[2]);
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "--filter") == 0) return filter_write(stdin, argv[2]);
    if (argc == 5 && strcmp(argv[1], "--snapshot") == 0) return snapshot_take((pid_t)atoi(argv[2]), argv[3], argv[4]) ? 0 : 1;
    if (argc == 5 && strcmp(argv[1], "--touched") == 0) return snapshot_note_touched((pid_t)atoi(argv[2]), argv[3], argv[4]) ? 0 : 1;
    if (argc == 2 && strcmp(argv[1], "--alive") == 0) return trial_program();
    if (argc == 3 && strcmp(argv[1], "--trial") == 0) return trial(argv[2]);
    if (argc > 2 && strcmp(argv[1], "--own-groups") == 0) {
        groups_own();   /* what failed will be missed by the first sandbox, which reports it */
        execvp(argv[2], argv + 2);
        die(argv[2]);
    }
    if (argc != 2) {
        fprintf(stderr, "usage: keeper SOCKET | keeper --trial FOLDER | keeper --own-groups COMMAND... | keeper --filter FILE | keeper --whiteouts FOLDER | keeper --snapshot|--touched PID SANDBOX FILE\n");
        return 64;
    }
    return keep(argv[1]);
}
