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
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define CELLS_SOCKET "/dev/mayfly/cells"

enum {
    MAX_PROCESSES = 64,
    INPUT_WINDOW = 1 << 18,          /* bytes that the service may send to one input ahead of FRAME_FED */
    SOCKET_BYTES = 1 << 18,          /* no less than what a socket or a terminal holds */
    MIN_CHECK_NANOS = 2 * 1000 * 1000,
    FOREVER_NANOS = 1000 * 1000 * 1000,
};

enum stream { STREAM_STDIN = 0, STREAM_STDOUT = 1, STREAM_STDERR = 2, STREAM_CELLS = 3 };

struct input {
    uint8_t *bytes;      /* INPUT_WINDOW of them, once there are any */
    size_t length;
    bool ended;
};

/* `cells` is what its driver has connected to `listener`: cells go in there, and what they report comes out. */
struct process {
    bool used;
    uint32_t id;
    struct child child;
    bool at_terminal;
    int listener, cells;
    struct input for_stdin, for_cells;
    uint64_t started_nanos;
};

static struct process processes[MAX_PROCESSES];
static const struct program *bounds;
static uint64_t begun_nanos, begun_cpu_nanos, seen_oom_kills;

/* ---- towards the service ---- */

static void send_chunk(const struct process *process, enum stream stream, const uint8_t *bytes, size_t length) {
    begin_frame(FRAME_OUTPUT, 4 + 1 + length);
    put_number(process->id, 4);
    put_number(stream, 1);
    put(bytes, length);
}

/* One chunk; false at the end of the stream or when nothing waits. */
static bool forward(const struct process *process, enum stream stream, int *fd) {
    uint8_t chunk[CHUNK_BYTES];
    ssize_t length = read(*fd, chunk, sizeof chunk);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (length <= 0) {
        child_close(fd);
        return false;
    }
    send_chunk(process, stream, chunk, (size_t)length);
    return true;
}

/* Forwards as much as the pipe can hold, and so all that was written before. What is written meanwhile may wait. */
static void forward_all(struct process *process, enum stream stream, int *fd) {
    if (*fd < 0) return;
    int size = fcntl(*fd, F_GETPIPE_SZ);
    for (int left = (size > 0 ? size : SOCKET_BYTES) / CHUNK_BYTES + 1; left > 0 && *fd >= 0; left--)
        if (!forward(process, stream, fd)) break;
}

static void forward_written(struct process *process) {
    forward_all(process, STREAM_STDOUT, &process->child.out);
    forward_all(process, STREAM_STDERR, &process->child.err);
}

static void send_ended(uint32_t id, uint8_t cause, uint8_t value, uint64_t wall, const struct rusage *usage) {
    begin_frame(FRAME_ENDED, 4 + 1 + 1 + 8 * 4);
    put_number(id, 4);
    put_number(cause, 1);
    put_number(value, 1);
    put_number(wall, 8);
    put_number((uint64_t)usage->ru_utime.tv_sec * 1000000000u + (uint64_t)usage->ru_utime.tv_usec * 1000u, 8);
    put_number((uint64_t)usage->ru_stime.tv_sec * 1000000000u + (uint64_t)usage->ru_stime.tv_usec * 1000u, 8);
    put_number((uint64_t)usage->ru_maxrss * 1024u, 8);
}

static void send_fed(uint32_t id, enum stream stream, size_t bytes) {
    begin_frame(FRAME_FED, 4 + 1 + 4);
    put_number(id, 4);
    put_number(stream, 1);
    put_number(bytes, 4);
}

static void send_usage(void) {
    struct usage usage = cgroup_read();
    begin_frame(FRAME_USAGE, 8 * 3 + 4);
    put_number(usage.cpu_user_nanos, 8);
    put_number(usage.cpu_system_nanos, 8);
    put_number(usage.peak_memory_bytes, 8);
    put_number(usage.pids > 0 ? usage.pids - 1 : 0, 4);   /* without the agent */
}

/* ---- a process ---- */

static struct process *find(uint32_t id) {
    for (int i = 0; i < MAX_PROCESSES; i++)
        if (processes[i].used && processes[i].id == id) return &processes[i];
    return NULL;
}

static struct process *take_place(uint32_t id) {
    if (find(id) != NULL) refuse("process %u is there already", id);
    for (int i = 0; i < MAX_PROCESSES; i++) {
        if (processes[i].used) continue;
        processes[i] = (struct process){.used = true, .id = id, .listener = -1, .cells = -1, .started_nanos = now_nanos()};
        return &processes[i];
    }
    errno = EAGAIN;
    return NULL;
}

/* Where its driver will connect to: nobody else can, for the place is root's, and who connects is looked at. */
static int listen_for_cells(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = CELLS_SOCKET};
    unlink(CELLS_SOCKET);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) || chmod(CELLS_SOCKET, 0666) || listen(listener, 1))
        refuse("no place for cells: %s", strerror(errno));
    return listener;
}

static void accept_cells(struct process *process) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    int cells = accept4(process->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (cells < 0) return;
    bool known = getsockopt(cells, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0;
    if (!known || (peer.pid != process->child.pid && peer.pid != getpid())) {   /* gVisor always reports the asking process */
        close(cells);
        return;
    }
    process->cells = cells;
    unlink(CELLS_SOCKET);
    child_close(&process->listener);
}

static void release(struct process *process) {
    child_close(&process->child.in), child_close(&process->child.out), child_close(&process->child.err), child_close(&process->child.control);
    child_close(&process->cells), child_close(&process->listener);
    free(process->for_stdin.bytes);
    free(process->for_cells.bytes);
    process->used = false;
}

static void could_not_start(uint32_t id) {
    char message[256];
    int length = snprintf(message, sizeof message, "mayfly: the process cannot be started: %s\n", strerror(errno));
    send_chunk(&(struct process){.id = id}, STREAM_STDERR, (const uint8_t *)message, (size_t)length);
    send_ended(id, 'x', 127, 0, &(struct rusage){0});
}

static void start_process(const struct process_request *request) {
    struct process *process = take_place(request->id);
    if (process == NULL) return could_not_start(request->id);
    process->at_terminal = request->kind == PROCESS_AT_TERMINAL;
    if (request->kind == PROCESS_OF_CELLS) process->listener = listen_for_cells();
    char **env = environment_with(request->env);
    process->child = child_start(&(struct start){
        .command = request->command,
        .env = env,
        .folder = request->folder,
        .open_files = bounds->open_files,
        .window = process->at_terminal ? &request->window : NULL,
        .instead = request->kind == PROCESS_OF_FILES ? files_operate : NULL,
    });
    int failure = errno;
    free(env);
    errno = failure;
    if (process->child.pid >= 0) return;
    could_not_start(request->id);
    release(process);
}

/* Out of memory is what the kernel has counted; who is killed then is killed by it. */
static uint8_t cause_of(int status) {
    uint64_t oom_kills = cgroup_oom_kills();
    bool out_of_memory = oom_kills > seen_oom_kills && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    seen_oom_kills = oom_kills;
    return out_of_memory ? 'm' : WIFSIGNALED(status) ? 's' : 'x';
}

static void ended(struct process *process, int status, const struct rusage *usage) {
    forward_written(process);
    forward_all(process, STREAM_CELLS, &process->cells);
    int value = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    send_ended(process->id, cause_of(status), (uint8_t)value, now_nanos() - process->started_nanos, usage);
    release(process);
}

static void reap_all(void) {
    struct rusage usage;
    int status;
    for (pid_t pid; (pid = wait4(-1, &status, WNOHANG, &usage)) > 0;)
        for (int i = 0; i < MAX_PROCESSES; i++)
            if (processes[i].used && processes[i].child.pid == pid) ended(&processes[i], status, &usage);
}

/* ---- its input ---- */

/* At a terminal the end is what a person types for it. */
static void end_stdin(struct process *process) {
    struct termios mode;
    if (process->at_terminal && tcgetattr(process->child.in, &mode) == 0) {
        if (write(process->child.in, &mode.c_cc[VEOF], 1) < 0 && errno == EAGAIN) return;
        process->for_stdin.ended = false;   /* what is typed after it is for the next who reads */
        return;
    }
    child_close(&process->child.in);
}

static void feed(struct process *process, enum stream stream) {
    struct input *input = stream == STREAM_STDIN ? &process->for_stdin : &process->for_cells;
    int *fd = stream == STREAM_STDIN ? &process->child.in : &process->cells;
    size_t taken = 0;
    while (*fd >= 0 && taken < input->length) {
        ssize_t written = write(*fd, input->bytes + taken, input->length - taken);
        if (written > 0) taken += (size_t)written;
        else if (errno == EAGAIN) break;
        else if (errno != EINTR) child_close(fd);
    }
    if (*fd < 0 && process->listener < 0) taken = input->length;   /* nobody will read it */
    input->length -= taken;
    memmove(input->bytes, input->bytes + taken, input->length);
    if (taken > 0) send_fed(process->id, stream, taken);
    if (stream == STREAM_STDIN && input->ended && input->length == 0 && *fd >= 0) end_stdin(process);
}

static void take_input(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    struct process *process = find((uint32_t)cursor_number(&cursor, 4));
    uint64_t stream = cursor_number(&cursor, 1);
    if (cursor.failed || (stream != STREAM_STDIN && stream != STREAM_CELLS)) refuse("malformed input");
    if (process == NULL) return;   /* it has just ended */
    struct input *input = stream == STREAM_STDIN ? &process->for_stdin : &process->for_cells;
    size_t length = (size_t)(cursor.end - cursor.at);
    if (length > INPUT_WINDOW - input->length) refuse("input beyond its window");
    if (input->ended) return send_fed(process->id, (enum stream)stream, length);   /* nobody will read it */
    if (input->bytes == NULL && (input->bytes = malloc(INPUT_WINDOW)) == NULL) refuse("no memory for input");
    memcpy(input->bytes + input->length, cursor.at, length);
    input->length += length;
    feed(process, (enum stream)stream);
}

static void take_input_end(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    struct process *process = find((uint32_t)cursor_number(&cursor, 4));
    if (cursor.failed || cursor.at != cursor.end) refuse("malformed end of input");
    if (process == NULL) return;
    process->for_stdin.ended = true;
    feed(process, STREAM_STDIN);
}

/* ---- from the service ---- */

static void take_process(const struct frame *frame) {
    struct process_request request;
    if (!process_parse(frame->payload, frame->length, &request)) refuse("malformed process");
    start_process(&request);
    process_free(&request);
}

/* To the whole group, as a terminal does; at a terminal to the one in front. */
static void take_signal(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    struct process *process = find((uint32_t)cursor_number(&cursor, 4));
    int number = (int)cursor_number(&cursor, 1);
    if (cursor.failed || number < 1 || number > 31) refuse("malformed signal");
    if (process == NULL) return;
    pid_t front = process->at_terminal && process->child.out >= 0 && number != SIGKILL ? tcgetpgrp(process->child.out) : -1;
    pid_t group = front > 0 ? front : process->child.pid;
    if (kill(-group, number) && errno == ESRCH) kill(process->child.pid, number);   /* it has just been started, and leads no group yet */
}

static void take_resize(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    struct process *process = find((uint32_t)cursor_number(&cursor, 4));
    struct winsize size = {.ws_row = (uint16_t)cursor_number(&cursor, 2)};
    size.ws_col = (uint16_t)cursor_number(&cursor, 2);
    if (cursor.failed || size.ws_row == 0 || size.ws_col == 0) refuse("malformed window");
    if (process != NULL && process->at_terminal && process->child.out >= 0) ioctl(process->child.out, TIOCSWINSZ, &size);
}

void held_take(const struct frame *frame) {
    switch (frame->type) {
    case FRAME_PROCESS: return take_process(frame);
    case FRAME_FEED: return take_input(frame);
    case FRAME_FEED_END: return take_input_end(frame);
    case FRAME_SIGNAL_TO: return take_signal(frame);
    case FRAME_RESIZE_OF: return take_resize(frame);
    case FRAME_ASK_USAGE: return send_usage();
    default: refuse("frame '%c' is out of turn", frame->type);
    }
}

/* ---- waiting ---- */

static _Noreturn void over(uint8_t cause) {
    kill(-1, SIGKILL);
    reap_all();
    begin_frame(FRAME_OVER, 1);
    put_number(cause, 1);
    flush(true);
    service_leave();
}

/* How long nothing can have reached a bound: no sooner than all its processors could use up the CPU time. */
static uint64_t check_bounds(void) {
    uint64_t wall = now_nanos() - begun_nanos, cpu = cgroup_cpu_nanos() - begun_cpu_nanos;
    if (wall >= bounds->wall_nanos) over('w');
    if (cpu >= bounds->cpu_nanos) over('c');
    uint64_t next = bounds->wall_nanos - wall, cpu_left = (bounds->cpu_nanos - cpu) / bounds->cpu_millis * 1000;
    if (cpu_left < next) next = cpu_left;
    return next < MIN_CHECK_NANOS ? MIN_CHECK_NANOS : next;
}

static struct pollfd *poll_for(struct pollfd *at, int fd, short events) {
    *at = (struct pollfd){events != 0 ? fd : -1, events, 0};
    return at + 1;
}

enum { IN, OUT, ERR, CELLS, LISTENER, EACH };

static void poll_process(struct pollfd *at, const struct process *process, bool room) {
    at = poll_for(at, process->child.in, process->for_stdin.length > 0 || process->for_stdin.ended ? POLLOUT : 0);
    at = poll_for(at, process->child.out, room ? POLLIN : 0);
    at = poll_for(at, process->child.err, room ? POLLIN : 0);
    at = poll_for(at, process->cells, (short)((room ? POLLIN : 0) | (process->for_cells.length > 0 ? POLLOUT : 0)));
    poll_for(at, process->listener, POLLIN);
}

/* What a cell has written comes before what it reports. */
static void serve(struct process *process, const struct pollfd *polls) {
    if (polls[OUT].revents && room_for_output()) forward(process, STREAM_STDOUT, &process->child.out);
    if (polls[ERR].revents && room_for_output()) forward(process, STREAM_STDERR, &process->child.err);
    if (polls[IN].revents) feed(process, STREAM_STDIN);
    if (polls[LISTENER].revents) {
        accept_cells(process);
        feed(process, STREAM_CELLS);
    }
    if (polls[CELLS].revents & POLLOUT) feed(process, STREAM_CELLS);
    if ((polls[CELLS].revents & ~POLLOUT) && process->cells >= 0 && room_for_output()) {
        forward_written(process);
        forward(process, STREAM_CELLS, &process->cells);
    }
}

void held_wait(int signals) {
    enum { SERVICE, OUT_ROOM, SIGNALS, FIRST };
    static struct pollfd polls[FIRST + MAX_PROCESSES * EACH];
    uint64_t nanos = check_bounds();
    flush(false);
    polls[SERVICE] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
    polls[OUT_ROOM] = (struct pollfd){has_unsent() ? STDOUT_FILENO : -1, POLLOUT, 0};
    polls[SIGNALS] = (struct pollfd){signals, POLLIN, 0};
    nfds_t count = FIRST;
    struct process *polled[MAX_PROCESSES];
    for (int i = 0; i < MAX_PROCESSES; i++) {
        if (!processes[i].used) continue;
        polled[(count - FIRST) / EACH] = &processes[i];
        poll_process(&polls[count], &processes[i], room_for_output());
        count += EACH;
    }
    struct timespec timeout = {(time_t)(nanos / 1000000000u), (long)(nanos % 1000000000u)};
    if (ppoll(polls, count, &timeout, NULL) < 0) return;
    for (nfds_t at = FIRST; at < count; at += EACH) serve(polled[(at - FIRST) / EACH], &polls[at]);
    if (polls[SIGNALS].revents) {
        struct signalfd_siginfo ignored;
        while (read(signals, &ignored, sizeof ignored) > 0) {}
        reap_all();
    }
    if (polls[SERVICE].revents) service_read(held_take);
}

void held_begin(const struct program *program, const struct child *first) {
    bounds = program;
    begun_nanos = now_nanos();
    begun_cpu_nanos = cgroup_cpu_nanos();
    seen_oom_kills = cgroup_oom_kills();
    if (first == NULL) return;
    struct process *process = take_place(0);
    process->child = *first;
    process->child.control = -1;   /* it is given the program, and closed */
    process->listener = listen_for_cells();
}
