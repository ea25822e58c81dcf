/* A process whose threads are held makes calls for who holds them. One that is killed meanwhile is noticed: nobody waits for what does not come. */
#include "../keeper/tracee.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)

enum { CALLS = 20000, ROUNDS = 300, THREADS = 24, LATEST_MICROS = 3000, STUCK_SECONDS = 60 };

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *wait_in_futex(void *unused) {
    pthread_mutex_lock(&held);
    return unused;
}

/* Its main thread waits in a read, the others in a futex. */
static pid_t start_waiting(int ready) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pthread_t thread;
    int nothing[2];
    char byte;
    pthread_mutex_lock(&held);
    if (pipe(nothing)) _exit(1);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&thread, NULL, wait_in_futex, NULL)) _exit(1);
    if (write(ready, "r", 1) != 1) _exit(1);
    _exit(read(nothing[0], &byte, 1) == 1);
}

/* Makes as many calls as it can, and says so. */
static pid_t start_holding(pid_t process) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    struct tracee tracee;
    uint64_t result;
    alarm(STUCK_SECONDS);
    if (freopen("/dev/null", "w", stderr) == NULL) _exit(2);
    int calls = 0;
    if (tracee_hold(&tracee, process, "/"))
        while (calls < CALLS && tracee_call(&tracee, &tracee.thread[(size_t)calls % tracee.threads], 39 /* getpid */, 0, 0, 0, 0, &result) && result == (uint64_t)process) calls++;
    _exit(calls == CALLS ? 0 : 1);
}

static pid_t start_ready(void) {
    int ready[2];
    char byte;
    assert(pipe(ready) == 0);
    pid_t process = start_waiting(ready[1]);
    close(ready[1]);
    assert(process > 0 && read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    return process;
}

static bool all_calls_are_made(void) {
    int status;
    pid_t process = start_ready(), holder = start_holding(process);
    assert(waitpid(holder, &status, 0) == holder);
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void) {
    if (!all_calls_are_made()) {
        fprintf(stderr, "tracee: a call was not made, though nobody was killed\n");
        return 1;
    }
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        int status;
        pid_t process = start_ready(), holder = start_holding(process);
        usleep((useconds_t)(rand() % LATEST_MICROS));
        kill(process, SIGKILL);
        assert(waitpid(holder, &status, 0) == holder);
        if (!WIFEXITED(status)) {
            fprintf(stderr, "tracee: in round %d it waits for a process that was killed\n", round);
            return 1;
        }
        assert(waitpid(process, &status, 0) == process);
    }
    return 0;
}

#else

int main(void) {
    return 0;
}

#endif
