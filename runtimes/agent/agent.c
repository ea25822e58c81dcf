/* PID 1 of a sandbox: starts the interpreter before the submission arrives, runs one program, reports how it ended.
 * The service speaks frames on stdin and reads frames on stdout; the protocol is PROTOCOL.md. When stdin ends,
 * the agent ends, and the kernel takes the whole sandbox with it: a service that dies leaves nothing running. */
#include "agent.h"
#include "held.h"
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

enum {
    STDIN_WINDOW = 1 << 18,               /* bytes the service may send ahead of FRAME_STDIN_TAKEN */
    SIDE_CHECK_NANOS = 100 * 1000 * 1000, /* how often a running program's memory counter is read */
    MIN_CPU_CHECK_NANOS = 2 * 1000 * 1000,
    DEFAULT_OPEN_FILES = 1024,
    END_PRESSES = 8,
};

enum cause { RUNNING = 0, EXITED = 'x', SIGNALED = 's', WALL_TIME = 'w', CPU_TIME = 'c', MEMORY = 'm', OUTPUT = 'o' };

static struct child child = {.in = -1, .out = -1, .err = -1, .control = -1};
static struct program program;
static int wait_status, open_file = -1;
static struct window terminal;   /* no rows without one */
static bool has_program, started, holds, child_ended, stdin_ended;
static uint64_t start_nanos, start_cpu_nanos, start_user_nanos, start_oom_kills, stdout_bytes, stderr_bytes;
static uint32_t start_peak_pids, seen_pids;
static enum cause limit_hit;

static uint8_t stdin_buffer[STDIN_WINDOW];
static size_t stdin_length;

/* ---- the program's output ---- */

/* Forwards one chunk; false at the end of the stream or when nothing waits. */
static bool forward(int *fd, enum frame_type type, uint64_t *total) {
    uint8_t chunk[CHUNK_BYTES];
    ssize_t length = read(*fd, chunk, sizeof chunk);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (length <= 0) {
        child_close(fd);
        return false;
    }
    uint64_t before = stdout_bytes + stderr_bytes;
    uint64_t left = before < program.output_bytes ? program.output_bytes - before : 0;
    size_t shown = (uint64_t)length < left ? (size_t)length : (size_t)left;
    *total += (uint64_t)length;
    if (shown < (size_t)length && limit_hit == RUNNING) limit_hit = OUTPUT;
    if (shown > 0) put_output(type, now_nanos() - start_nanos, chunk, shown);
    return true;
}

/* ---- the program's input ---- */

/* At a terminal the end is what a person types for it. Amid a line it only ends a read, and a program that reads on shall find the end once more: hence
 * several. A program that takes keys one by one sees one. */
static void end_stdin(void) {
    struct termios mode;
    if (terminal.rows > 0 && child.in >= 0 && tcgetattr(child.in, &mode) == 0) {
        char end[END_PRESSES];
        memset(end, mode.c_cc[VEOF], sizeof end);
        if (write(child.in, end, mode.c_lflag & ICANON ? sizeof end : 1) < 0 && errno == EAGAIN) return;
    }
    child_close(&child.in);
}

static void feed_stdin(void) {
    size_t taken = 0;
    while (child.in >= 0 && taken < stdin_length) {
        ssize_t written = write(child.in, stdin_buffer + taken, stdin_length - taken);
        if (written > 0) taken += (size_t)written;
        else if (errno == EAGAIN) break;
        else if (errno != EINTR) child_close(&child.in);
    }
    if (child.in < 0) taken = stdin_length;   /* nobody will read it: take it, so that the sender is not held up */
    stdin_length -= taken;
    memmove(stdin_buffer, stdin_buffer + taken, stdin_length);
    if (taken > 0) {
        begin_frame(FRAME_STDIN_TAKEN, 4);
        put_number(taken, 4);
    }
    if (stdin_ended && stdin_length == 0) end_stdin();
}

/* ---- starting ---- */

static bool write_all(int fd, const char *text) {
    return file_write(fd, (const uint8_t *)text, strlen(text) + 1);
}

static int length_of(char **strings) {
    int length = 0;
    while (strings[length] != NULL) length++;
    return length;
}

/* The entry point, the number of arguments, the arguments and NAME=VALUE pairs, each ended by a NUL. */
static void hand_over(void) {
    char count[16];
    snprintf(count, sizeof count, "%d", length_of(program.args));
    bool written = write_all(child.control, program.entrypoint) && write_all(child.control, count);
    for (char **arg = program.args; written && *arg != NULL; arg++) written = write_all(child.control, *arg);
    for (char **pair = program.env; written && *pair != NULL; pair++) written = write_all(child.control, *pair);
    if (!written) refuse("the warm interpreter does not listen: %s", strerror(errno));
    child_close(&child.control);
}

/* Takes one ended process off the kernel's hands; false when none is there. */
static bool reap(int options) {
    int status;
    pid_t pid = waitpid(-1, &status, options);
    if (pid <= 0) return false;
    if (pid == child.pid) {
        wait_status = status;
        child_ended = true;
    }
    return true;
}

/* From PID 1, kill(-1) reaches every other process of the sandbox at once; it is over when there is nobody to wait for. */
static void kill_everybody(void) {
    do kill(-1, SIGKILL);
    while (reap(0));
}

static void start_cold(void) {
    if (child.pid > 0) kill_everybody();
    child_close(&child.in), child_close(&child.out), child_close(&child.err), child_close(&child.control);
    child_ended = false;
    char **env = environment_with(program.env);
    child = child_start(&(struct start){.command = program.command, .env = env, .open_files = program.open_files, .window = terminal.rows > 0 ? &terminal : NULL});
    if (child.pid < 0) refuse("the program cannot be started: %s", strerror(errno));
    free(env);
}

static void go(void) {
    child_close(&open_file);
    bool cold = program.command[0] != NULL;
    if (!cold && terminal.rows > 0) refuse("a waiting interpreter has no terminal: the program needs a command");
    if (!cold && child.control < 0) refuse("a program without a command needs a warm interpreter, and this sandbox has none");
    if (!entry_link(program.entrypoint)) refuse("entry point: %s", strerror(errno));
    struct usage before = cgroup_read();
    start_user_nanos = before.cpu_user_nanos;
    start_cpu_nanos = before.cpu_user_nanos + before.cpu_system_nanos;
    start_oom_kills = before.oom_kills;
    start_peak_pids = before.peak_pids;
    seen_pids = cold ? 2 : before.pids;
    begin_frame(FRAME_STARTED, 0);
    flush(false);
    if (cold) start_cold();
    start_nanos = now_nanos();
    if (!cold) hand_over();
    started = true;
    feed_stdin();
}

/* The sandbox stays, and processes come and go in it. One that waits takes the program, or there is none yet. */
static void hold(void) {
    child_close(&open_file);
    if (terminal.rows > 0 || stdin_ended || stdin_length > 0) refuse("a sandbox that is held has no input of its own");
    bool waits = program.command[0] == NULL && child.control >= 0;
    if (!waits && child.pid > 0) kill_everybody();
    if (!entry_link(program.entrypoint)) refuse("entry point: %s", strerror(errno));
    begin_frame(FRAME_STARTED, 0);
    holds = true;
    held_begin(&program, waits ? &child : NULL);
    if (waits) hand_over();
}

/* ---- from the service ---- */

static void take_stdin(const struct frame *frame) {
    if (stdin_ended || frame->length > sizeof stdin_buffer - stdin_length) refuse("stdin beyond its window");
    memcpy(stdin_buffer + stdin_length, frame->payload, frame->length);
    stdin_length += frame->length;
}

static void take_file(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    char *path = cursor_string(&cursor);
    if (cursor.failed || cursor.at != cursor.end) refuse("malformed file frame");
    child_close(&open_file);
    open_file = file_create(path);
    if (open_file < 0) refuse("cannot write %s: %s", path, strerror(errno));
    free(path);
}

static void take_signal(const struct frame *frame) {
    int number = frame->length == 1 ? frame->payload[0] : 0;
    if (number < 1 || number > 31) refuse("signal %d is not one to send", number);
    if (!started || child_ended) return;
    pid_t group = terminal.rows > 0 && child.out >= 0 ? tcgetpgrp(child.out) : child.pid;
    kill(group > 0 ? -group : -child.pid, number);   /* the whole group, as a terminal does */
}

/* The kernel sends SIGWINCH to the foreground processes. */
static void take_resize(const struct frame *frame) {
    if (terminal.rows == 0 || !window_parse(frame->payload, frame->length, &terminal)) refuse("malformed window");
    struct winsize size = {.ws_row = terminal.rows, .ws_col = terminal.cols};
    if (started && child.out >= 0) ioctl(child.out, TIOCSWINSZ, &size);
}

static void expect(bool condition, const struct frame *frame) {
    if (!condition) refuse("frame '%c' is out of turn", frame->type);
}

static void take(const struct frame *frame) {
    if (holds) return held_take(frame);
    switch (frame->type) {
    case FRAME_PROGRAM:
        expect(!has_program, frame);
        if (!program_parse(frame->payload, frame->length, &program)) refuse("malformed program");
        has_program = true;
        break;
    case FRAME_FILE:
        expect(has_program && !started, frame);
        take_file(frame);
        break;
    case FRAME_DATA:
        expect(open_file >= 0, frame);
        if (!file_write(open_file, frame->payload, frame->length)) refuse("cannot write a file: %s", strerror(errno));
        break;
    case FRAME_EXECUTABLE:
        expect(open_file >= 0, frame);
        if (!file_make_executable(open_file)) refuse("cannot make a file executable: %s", strerror(errno));
        break;
    case FRAME_GO:
        expect(has_program && !started, frame);
        go();
        break;
    case FRAME_HOLD:
        expect(has_program && !started, frame);
        hold();
        break;
    case FRAME_STDIN:
        expect(has_program, frame);
        take_stdin(frame);
        break;
    case FRAME_STDIN_END:
        expect(has_program, frame);
        stdin_ended = true;
        break;
    case FRAME_TTY:
        expect(has_program && !started, frame);
        if (!window_parse(frame->payload, frame->length, &terminal)) refuse("malformed window");
        break;
    case FRAME_RESIZE:
        expect(has_program, frame);
        take_resize(frame);
        break;
    case FRAME_SIGNAL:
        expect(has_program, frame);
        take_signal(frame);
        break;
    default:
        refuse("frame %d is unknown", frame->type);
    }
}

static void listen_to_service(void) {
    service_read(take);
    if (started) feed_stdin();
}

/* ---- before the program ---- */

static void warm_up_ended(void) {
    char message[512];
    ssize_t length = read(child.err, message, sizeof message - 1);
    message[length > 0 ? length : 0] = 0;
    refuse("the interpreter ended before its program, wait status %d: %s", wait_status, message);
}

static void take_ready(void) {
    char ready;
    if (read(child.control, &ready, 1) != 1) return;   /* SIGCHLD reports its end */
    begin_frame(FRAME_READY, 1);
    put_number(PROTOCOL_VERSION, 1);
}

/* ---- the run ---- */

/* The engine's own start-up shows in the kernel's peak: below that, what the checks have seen must do. */
static uint32_t peak_pids(const struct usage *usage) {
    uint32_t peak = usage->peak_pids > start_peak_pids ? usage->peak_pids : seen_pids;
    return peak > 0 ? peak - 1 : 0;   /* without the agent */
}

static uint64_t check_limits(void) {
    uint32_t pids = cgroup_pids();
    if (pids > seen_pids) seen_pids = pids;
    uint64_t wall = now_nanos() - start_nanos, cpu = cgroup_cpu_nanos() - start_cpu_nanos;
    if (cgroup_oom_kills() > start_oom_kills) limit_hit = MEMORY;
    else if (wall >= program.wall_nanos) limit_hit = WALL_TIME;
    else if (cpu >= program.cpu_nanos) limit_hit = CPU_TIME;
    if (limit_hit != RUNNING) return 0;
    uint64_t next = program.wall_nanos - wall, cpu_left = (program.cpu_nanos - cpu) / program.cpu_millis * 1000;
    if (cpu_left < next) next = cpu_left < MIN_CPU_CHECK_NANOS ? MIN_CPU_CHECK_NANOS : cpu_left;
    return next < SIDE_CHECK_NANOS ? next : SIDE_CHECK_NANOS;
}

static void send_file(const char *path, uint64_t bytes) {
    begin_frame(FRAME_OUT_FILE, 8 + strlen(path));
    put_number(bytes, 8);
    put(path, strlen(path));
}

static void send_data(const uint8_t *bytes, size_t length) {
    begin_frame(FRAME_OUT_DATA, length);
    put(bytes, length);
}

static void send_skipped(const char *path, const char *reason) {
    begin_frame(FRAME_OUT_SKIPPED, strlen(reason) + 1 + strlen(path));
    put(reason, strlen(reason) + 1);
    put(path, strlen(path));
}

static void send_exit(uint64_t wall, uint64_t drain) {
    struct usage usage = cgroup_read();
    enum cause cause = limit_hit;
    if (usage.oom_kills > start_oom_kills) cause = MEMORY;
    if (cause == RUNNING) cause = WIFSIGNALED(wait_status) ? SIGNALED : EXITED;
    int value = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    uint64_t cpu = usage.cpu_user_nanos + usage.cpu_system_nanos - start_cpu_nanos;
    uint64_t user = usage.cpu_user_nanos > start_user_nanos ? usage.cpu_user_nanos - start_user_nanos : 0;
    if (user > cpu) user = cpu;
    begin_frame(FRAME_EXIT, 1 + 1 + 8 * 7 + 4);
    put_number(cause, 1);
    put_number((uint64_t)value, 1);
    put_number(wall, 8);
    put_number(drain, 8);
    put_number(user, 8);
    put_number(cpu - user, 8);
    put_number(usage.peak_memory_bytes, 8);
    put_number(stdout_bytes, 8);
    put_number(stderr_bytes, 8);
    put_number(peak_pids(&usage), 4);
    flush(true);
}

static void finish(void) {
    uint64_t ended = now_nanos();
    kill_everybody();
    while (child.out >= 0 && forward(&child.out, FRAME_STDOUT, &stdout_bytes)) flush(false);
    while (child.err >= 0 && forward(&child.err, FRAME_STDERR, &stderr_bytes)) flush(false);
    const struct file_sink sink = {send_file, send_data, send_skipped};
    files_collect(program.outputs, program.file_count, program.file_bytes, &sink);
    send_exit(ended - start_nanos, now_nanos() - ended);
    service_leave();   /* which destroys the sandbox */
}

static void wait_for_something(int signals, bool held, uint64_t nanos) {
    enum { SERVICE, OUT_ROOM, SIGNALS, CONTROL, IN, OUT, ERR, COUNT };
    bool room = started && room_for_output();
    struct pollfd polls[COUNT] = {
        [SERVICE] = {STDIN_FILENO, POLLIN, 0},
        [OUT_ROOM] = {has_unsent() && !held ? STDOUT_FILENO : -1, POLLOUT, 0},
        [SIGNALS] = {signals, POLLIN, 0},
        [CONTROL] = {started ? -1 : child.control, POLLIN, 0},
        [IN] = {started && (stdin_length > 0 || stdin_ended) ? child.in : -1, POLLOUT, 0},
        [OUT] = {room ? child.out : -1, POLLIN, 0},
        [ERR] = {room ? child.err : -1, POLLIN, 0},
    };
    struct timespec timeout = {(time_t)(nanos / 1000000000u), (long)(nanos % 1000000000u)};
    if (ppoll(polls, COUNT, started ? &timeout : NULL, NULL) < 0) return;
    if (polls[OUT].revents) forward(&child.out, FRAME_STDOUT, &stdout_bytes);
    if (polls[ERR].revents && room_for_output()) forward(&child.err, FRAME_STDERR, &stderr_bytes);
    if (polls[IN].revents) feed_stdin();
    if (polls[CONTROL].revents) take_ready();
    if (polls[SIGNALS].revents) {
        struct signalfd_siginfo ignored;
        while (read(signals, &ignored, sizeof ignored) > 0) {}
        while (reap(WNOHANG)) {}
    }
    if (polls[SERVICE].revents) listen_to_service();
}

int main(int argc, char **argv) {
    if (getpid() != 1) {
        execv(INTERPRETER, argv);   /* a program has run its own /proc/self/exe, which is the agent in a restored interpreter */
        fprintf(stderr, "%s is PID 1 of a Mayfly sandbox and refuses to be anything else\n", argv[0]);
        return 64;
    }
    sigset_t child_signal;
    sigemptyset(&child_signal);
    sigaddset(&child_signal, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_signal, NULL);
    signal(SIGPIPE, SIG_IGN);
    int signals = signalfd(-1, &child_signal, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signals < 0 || (mkdir("/dev/mayfly", 0755) && errno != EEXIST)) {
        perror(signals < 0 ? "signalfd" : "/dev/mayfly");
        return 70;
    }
    fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK);
    loopback_up();
    cgroup_open();
    if (argc > 1) {
        child = child_start(&(struct start){.command = argv + 1, .env = environ, .warm = true, .open_files = DEFAULT_OPEN_FILES});
        if (child.pid < 0) refuse("the interpreter cannot be started: %s", strerror(errno));
    } else {
        begin_frame(FRAME_READY, 1);
        put_number(PROTOCOL_VERSION, 1);
    }
    for (;;) {
        if (holds) {
            held_wait(signals);
            continue;
        }
        uint64_t nanos = started ? check_limits() : 0;
        if (started && (child_ended || limit_hit != RUNNING)) finish();
        if (!started && child_ended) warm_up_ended();
        uint64_t hold = hold_nanos(now_nanos());
        if (hold == 0) flush(false);
        else if (hold < nanos) nanos = hold;
        wait_for_something(signals, hold > 0, nanos);
    }
}
