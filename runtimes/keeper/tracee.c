#include "tracee.h"

#include <stdio.h>

bool failed(const char *what) {
    fprintf(stderr, "snapshot: %s: %m\n", what);
    return false;
}

bool unfit(const char *why) {
    fprintf(stderr, "snapshot: %s\n", why);
    return false;
}

#if defined(__x86_64__)

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    RED_ZONE = 4096,           /* below the stack's end, where nothing of the program's is */
    SYSCALL_BYTES = 2,
    WAIT_TRIES = 400, WAIT_MICROS = 5000, STOP_MICROS = 20,
    RESTART_FIRST = 512, RESTART_LAST = 516,   /* ERESTARTSYS to ERESTART_RESTARTBLOCK, which only tracers see */
};

bool tracee_read_memory(const struct tracee *tracee, uint64_t at, void *into, size_t bytes) {
    return pread(tracee->memory, into, bytes, (off_t)at) == (ssize_t)bytes;
}

size_t tracee_read(pid_t pid, const char *name, void *into, size_t room) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, into, room);
    if (length <= 0) failed(path);
    if (file >= 0) close(file);
    return length < 0 ? 0 : (size_t)length;
}

bool tracee_is_of(pid_t pid, const char *sandbox) {
    char text[4096];
    size_t length = tracee_read(pid, "cgroup", text, sizeof text - 1);
    text[length] = 0;
    return strstr(text, sandbox) != NULL || unfit("the process is another one meanwhile");
}

/* The last of the numbers that the kernel gives for the several pid namespaces. */
static uint64_t inner_id(pid_t pid, pid_t tid) {
    char name[64], text[4096];
    snprintf(name, sizeof name, "task/%d/status", tid);
    size_t length = tracee_read(pid, name, text, sizeof text - 1);
    text[length] = 0;
    char *line = strstr(text, "\nNSpid:");
    if (line == NULL) return 0;
    line[1 + strcspn(line + 1, "\n")] = 0;
    return strtoull(strrchr(line, '\t') + 1, NULL, 10);
}

static int by_id(const void *one, const void *other) {
    uint64_t first = ((const struct tracee_thread *)one)->id, second = ((const struct tracee_thread *)other)->id;
    return (first > second) - (first < second);
}

/* The main thread has the lowest id. */
static bool find_threads(struct tracee *tracee) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", tracee->pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return failed(path);
    bool good = true;
    tracee->threads = 0;
    for (struct dirent *entry; good && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        if (tracee->threads == sizeof tracee->thread / sizeof *tracee->thread) good = unfit("it has too many threads");
        else tracee->thread[tracee->threads++] = (struct tracee_thread){.tid = atoi(entry->d_name)};
    }
    closedir(folder);
    for (size_t i = 0; good && i < tracee->threads; i++) {
        tracee->thread[i].id = inner_id(tracee->pid, tracee->thread[i].tid);
        good = tracee->thread[i].id != 0 || unfit("the kernel does not say which ids its threads have in the sandbox");
    }
    qsort(tracee->thread, tracee->threads, sizeof *tracee->thread, by_id);
    return good && (tracee->thread[0].tid == tracee->pid || unfit("its main thread is not its first one"));
}

static bool is_restartable(const struct user_regs_struct *held, bool main) {
    long result = (long)held->rax, number = (long)held->orig_rax;
    bool polls = number == SYS_epoll_wait || number == SYS_epoll_pwait;
    if (main ? number != SYS_read : number != SYS_futex && !polls) return false;
    return (result <= -RESTART_FIRST && result >= -RESTART_LAST) || (polls && result == -EINTR);
}

/* Whether one of the threads has ended. A tracer is shown those that have stopped as well, whatever it asks for. */
static bool has_ended(const struct tracee *tracee) {
    for (size_t i = 0; i < tracee->threads; i++) {
        siginfo_t seen = {0};
        bool known = waitid(P_PID, (id_t)tracee->thread[i].tid, &seen, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 && seen.si_pid != 0;
        if (known && (seen.si_code == CLD_EXITED || seen.si_code == CLD_KILLED || seen.si_code == CLD_DUMPED)) return true;
    }
    return false;
}

/* Waits until a thread stops. The kernel shows a main thread that was killed only when the others, which are traced, too, have been waited for. */
static bool await_stop(const struct tracee *tracee, pid_t tid, int *status) {
    for (pid_t seen; (seen = waitpid(tid, status, __WALL | WNOHANG)) != tid; usleep(STOP_MICROS))
        if (seen < 0 || has_ended(tracee)) return false;
    return WIFSTOPPED(*status);
}

/* Stops a thread; whether it waits in a call that it can make once more is in `waits`, and otherwise the signal that it was about to get in `signal`. */
static bool stop(const struct tracee *tracee, struct tracee_thread *thread, bool *waits, int *signal) {
    int status;
    uint8_t instruction[SYSCALL_BYTES];
    if (ptrace(PTRACE_INTERRUPT, thread->tid, 0, 0) || !await_stop(tracee, thread->tid, &status)) return failed("a thread does not stop");
    if (ptrace(PTRACE_SETOPTIONS, thread->tid, 0, PTRACE_O_EXITKILL)) return failed("ptrace");
    if (ptrace(PTRACE_GETREGS, thread->tid, 0, &thread->held)) return failed("registers");
    bool interrupted = status >> 16 == PTRACE_EVENT_STOP;
    *signal = interrupted ? 0 : WSTOPSIG(status);
    *waits = interrupted && is_restartable(&thread->held, thread->tid == tracee->pid)
        && tracee_read_memory(tracee, thread->held.rip - SYSCALL_BYTES, instruction, sizeof instruction) && instruction[0] == 0x0f && instruction[1] == 0x05;
    return true;
}

/* An interpreter that has reported that it waits may still be on its way there, and its threads have something to do for each other. */
static bool hold_all(struct tracee *tracee) {
    for (int tries = 0; tries < WAIT_TRIES; tries++) {
        bool waits = true;
        int signal = 0;
        size_t held = 0;
        while (waits && held < tracee->threads)
            if (!stop(tracee, &tracee->thread[held++], &waits, &signal)) return false;
        if (waits) return true;
        for (size_t i = 0; i < held; i++)
            if (ptrace(PTRACE_CONT, tracee->thread[i].tid, 0, i == held - 1 ? signal : 0)) return failed("a thread does not go on");
        usleep(WAIT_MICROS);
    }
    return unfit("the process does not wait in a read, with all of its other threads in a futex or an epoll");
}

bool tracee_hold(struct tracee *tracee, pid_t pid, const char *sandbox) {
    char name[64];
    *tracee = (struct tracee){.pid = pid};
    snprintf(name, sizeof name, "/proc/%d/mem", pid);
    tracee->memory = open(name, O_RDONLY | O_CLOEXEC);
    if (tracee->memory < 0) return failed(name);
    if (!find_threads(tracee)) return false;
    for (size_t i = 0; i < tracee->threads; i++)
        if (ptrace(PTRACE_SEIZE, tracee->thread[i].tid, 0, 0)) return failed("ptrace");
    if (!tracee_is_of(pid, sandbox)) return false;   /* and it goes on */
    size_t threads = tracee->threads;
    if (!hold_all(tracee)) return false;
    struct tracee again = *tracee;
    return find_threads(&again) && (again.threads == threads || unfit("it has started another thread meanwhile"));
}

bool tracee_call(const struct tracee *tracee, const struct tracee_thread *thread, long number, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, uint64_t *result) {
    struct user_regs_struct registers = thread->held;
    registers.rip = thread->held.rip - SYSCALL_BYTES;
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)number;
    registers.rdi = first, registers.rsi = second, registers.rdx = third, registers.r10 = fourth;
    int status;
    if (ptrace(PTRACE_SETREGS, thread->tid, 0, &registers) || ptrace(PTRACE_SINGLESTEP, thread->tid, 0, 0)
        || !await_stop(tracee, thread->tid, &status) || ptrace(PTRACE_GETREGS, thread->tid, 0, &registers)) return failed("a call in its name");
    if (WSTOPSIG(status) != SIGTRAP) return unfit("a signal came meanwhile");
    *result = registers.rax;
    return true;
}

bool tracee_ask(const struct tracee *tracee, const struct tracee_thread *thread, long number, uint64_t first, int pointer, uint64_t fourth, void *into, size_t bytes) {
    uint64_t scratch = (thread->held.rsp - RED_ZONE) & ~(uint64_t)63, result;
    if (!tracee_call(tracee, thread, number, first, pointer == 1 ? scratch : 0, pointer == 2 ? scratch : 0, fourth, &result)) return false;
    errno = (int)-(long)result;
    if (result != 0) return failed("what the kernel keeps for it");
    return tracee_read_memory(tracee, scratch, into, bytes) || failed("its stack");
}

#endif
