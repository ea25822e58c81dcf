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
#include <termios.h>
#include <unistd.h>

static void die(const char *what) {
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

static void become_user(uint32_t open_files) {
    bound_resources(open_files);
    int adjust = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);   /* the kernel takes user code before the agent */
    if (adjust >= 0) {
        if (write(adjust, "1000", 4) != 4) die("oom_score_adj");
        close(adjust);
    }
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if (prctl(PR_CAPBSET_DROP, capability)) die("drop capability");
    if (setgroups(0, NULL) || setresgid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID) || setresuid(SANDBOX_UID, SANDBOX_UID, SANDBOX_UID)) die("setuid");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("no_new_privs");
    if (chdir(WORK_DIR)) die(WORK_DIR);
}

static void default_signals(void) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

struct child child_start(char **command, char **env, bool warm, uint32_t open_files) {
    int in[2], out[2], err[2], control[2] = {-1, -1};
    files_as_user(true);   /* the pipes are the user's, so that a program may open /dev/stdin by its name */
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) die("pipe");
    if (warm && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control)) die("socketpair");
    files_as_user(false);
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
        if (setsid() < 0) die("setsid");
        if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0) die("dup2");
        if (warm && dup2(control[1], CONTROL_FD) < 0) die("dup2");
        become_user(open_files);
        default_signals();
        if (warm) restore(SNAPSHOT);
        execvpe(command[0], command, env);
        die(command[0]);
    }
    close(in[0]), close(out[1]), close(err[1]);
    if (warm) close(control[1]);
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
    if (ours < 0 || unlockpt(ours) || ptsname_r(ours, name, sizeof name)) die("terminal");
    *program_end = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    files_as_user(false);
    if (*program_end < 0 || ioctl(ours, TIOCSWINSZ, &size)) die("terminal");
    struct termios mode;
    if (tcgetattr(ours, &mode) == 0) {   /* who erases a character erases all its bytes */
        mode.c_iflag |= IUTF8;
        tcsetattr(ours, TCSANOW, &mode);
    }
    return ours;
}

struct child child_start_at_terminal(char **command, char **env, const struct window *window, uint32_t open_files) {
    int terminal, ours = open_terminal(window, &terminal);
    int in = fcntl(ours, F_DUPFD_CLOEXEC, 0);
    if (in < 0) die("terminal");
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) {
        if (setsid() < 0 || ioctl(terminal, TIOCSCTTY, 0)) die("controlling terminal");
        if (dup2(terminal, 0) < 0 || dup2(terminal, 1) < 0 || dup2(terminal, 2) < 0) die("dup2");
        become_user(open_files);
        default_signals();
        execvpe(command[0], command, env);
        die(command[0]);
    }
    close(terminal);
    fcntl(ours, F_SETFL, O_NONBLOCK);
    return (struct child){pid, in, ours, -1, -1};
}

void child_close(int *fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
}
