#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

static const struct child NOT_STARTED = {.pid = -1, .in = -1, .out = -1, .err = -1, .control = -1};

static _Noreturn void die(const char *what) {
    dprintf(STDERR_FILENO, "mayfly: %s: %s\n", what, strerror(errno));
    _exit(127);
}

/* What the kernel counts by user, whom sandboxes may have in common, is bounded whatever the host's own bounds are. Processes are bounded by the
 * control group. */
static const struct { int resource; rlim_t most; } BOUNDS[] = {
    {RLIMIT_NPROC, 32768}, {RLIMIT_SIGPENDING, 16384}, {RLIMIT_MSGQUEUE, 819200}, {RLIMIT_MEMLOCK, 8 << 20}, {RLIMIT_CORE, 0},
};

static void bound_resources(uint32_t open_files) {
    struct rlimit files = {open_files, open_files};
    if (setrlimit(RLIMIT_NOFILE, &files)) die("setrlimit");
    for (size_t i = 0; i < sizeof BOUNDS / sizeof *BOUNDS; i++) {
        struct rlimit limit;
        if (getrlimit(BOUNDS[i].resource, &limit)) die("getrlimit");
        if (limit.rlim_max > BOUNDS[i].most) limit.rlim_max = BOUNDS[i].most;
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(BOUNDS[i].resource, &limit) && errno != EPERM) die("setrlimit");   /* gVisor, whose counts are the sandbox's own, lets only some be set */
    }
}

static void become_user(const struct start *start) {
    bound_resources(start->open_files);
    int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);   /* the kernel takes user code before the agent */
    if (adjust >= 0) {
        if (write(adjust, "1000", 4) != 4) die("oom_score_adj");
        close(adjust);
    }
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (prctl(PR_CAPBSET_DROP, capability)) die("drop capability");
    if (setgroups(0, NULL) || setresgid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID) || setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID)) die("setuid");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("no_new_privs");
    const char *folder = start->folder != NULL ? start->folder : WORK_DIR;
    if (chdir(folder)) die(folder);
}

static void default_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

char **environment_with(char **added) {
    size_t length = 0, base = 0, more = 0;
    while (environ[base] != NULL) base++;
    while (added[more] != NULL) more++;
    char **env = calloc(base + more + 1, sizeof *env);
    if (env == NULL) abort();
    for (size_t i = 0; i < base; i++) {
        bool replaced = false;
        size_t name = strcspn(environ[i], "=") + 1;
        for (size_t j = 0; j < more; j++) replaced |= strncmp(environ[i], added[j], name) == 0;
        if (!replaced) env[length++] = environ[i];
    }
    for (size_t j = 0; j < more; j++) env[length++] = added[j];
    return env;
}

/* Where no exec will close them. */
static void close_agents_own(void) {
    if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0) return;
    for (int fd = STDERR_FILENO + 1; fd <= CONTROL_FD; fd++) close(fd);   /* gVisor has no such call */
}

/* In the new process, whose descriptors 0, 1 and 2 are in place. */
static _Noreturn void become(const struct start *start) {
    become_user(start);
    default_signals();
    if (start->warm) restore(SNAPSHOT);
    if (start->instead != NULL) {
        close_agents_own();
        _exit(start->instead(start->command));
    }
    execvpe(start->command[0], start->command, start->env);
    die(start->command[0]);
}

static struct child start_with_pipes(const struct start *start) {
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, control[2] = {-1, -1};
    files_as_user(true);   /* the pipes are the user's, so that a program may open /dev/stdin by its name */
    bool made = pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0
             && (!start->warm || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) == 0);
    files_as_user(false);
    pid_t pid = made ? fork() : -1;
    if (pid < 0) {
        int failure = errno;
        int *const all[] = {in, out, err, control};
        for (int i = 0; i < 4; i++) child_close(&all[i][0]), child_close(&all[i][1]);
        errno = failure;
        return NOT_STARTED;
    }
    if (pid == 0) {
        if (setsid() < 0) die("setsid");
        if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0) die("dup2");
        if (start->warm && dup2(control[1], CONTROL_FD) < 0) die("dup2");
        become(start);
    }
    close(in[0]), close(out[1]), close(err[1]);
    if (start->warm) close(control[1]);
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    return (struct child){pid, in[1], out[0], err[0], control[0]};
}

/* A terminal of the sandbox's own devpts, and the user's, so that a program may open it by its name. */
static int open_terminal(const struct window *window, int *program_end) {
    struct winsize size = {.ws_row = window->rows, .ws_col = window->cols};
    char name[64];
    files_as_user(true);
    int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool made = ours >= 0 && unlockpt(ours) == 0 && ptsname_r(ours, name, sizeof name) == 0;
    *program_end = made ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    files_as_user(false);
    if (*program_end < 0 || ioctl(ours, TIOCSWINSZ, &size)) {
        int failure = errno;
        child_close(program_end), child_close(&ours);
        errno = failure;
        return -1;
    }
    struct termios mode;
    if (tcgetattr(ours, &mode) == 0) {   /* who erases a character erases all its bytes */
        mode.c_iflag |= IUTF8;
        tcsetattr(ours, TCSANOW, &mode);
    }
    return ours;
}

static struct child start_at_terminal(const struct start *start) {
    int terminal, ours = open_terminal(start->window, &terminal);
    if (ours < 0) return NOT_STARTED;
    int in = fcntl(ours, F_DUPFD_CLOEXEC, 0);
    pid_t pid = in >= 0 ? fork() : -1;
    if (pid < 0) {
        int failure = errno;
        child_close(&in), child_close(&terminal), child_close(&ours);
        errno = failure;
        return NOT_STARTED;
    }
    if (pid == 0) {
        if (setsid() < 0 || ioctl(terminal, TIOCSCTTY, 0)) die("controlling terminal");
        if (dup2(terminal, 0) < 0 || dup2(terminal, 1) < 0 || dup2(terminal, 2) < 0) die("dup2");
        become(start);
    }
    close(terminal);
    fcntl(ours, F_SETFL, O_NONBLOCK);
    return (struct child){pid, in, ours, -1, -1};
}

struct child child_start(const struct start *start) {
    return start->window != NULL ? start_at_terminal(start) : start_with_pipes(start);
}

void child_close(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}
