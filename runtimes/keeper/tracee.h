/* The threads of a process of a sandbox, held in the system calls in which they wait, and what the kernel keeps for them. Reports on stderr
 * why something cannot be. */
#ifndef MAYFLY_TRACEE_H
#define MAYFLY_TRACEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

struct tracee_thread {
    pid_t tid;          /* on the host */
    uint64_t id;        /* in the sandbox */
    struct user_regs_struct held;
};

struct tracee {
    pid_t pid;
    int memory;         /* its memory as a file */
    size_t threads;
    struct tracee_thread thread[32];
};

/* Holds all threads of a process of this sandbox; it ends with us. */
bool tracee_hold(struct tracee *tracee, pid_t pid, const char *sandbox);

bool tracee_is_of(pid_t pid, const char *sandbox);
bool tracee_read_memory(const struct tracee *tracee, uint64_t at, void *into, size_t bytes);

/* Reads a file of the process's folder in /proc; returns the length, or 0. */
size_t tracee_read(pid_t pid, const char *name, void *into, size_t room);

/* A held thread makes a system call of ours where it was making its own. */
bool tracee_call(const struct tracee *tracee, const struct tracee_thread *thread, long number, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, uint64_t *result);

/* A call that returns something by a pointer, which is its argument number `pointer`. */
bool tracee_ask(const struct tracee *tracee, const struct tracee_thread *thread, long number, uint64_t first, int pointer, uint64_t fourth, void *into, size_t bytes);

bool failed(const char *what);   /* with errno's words; false */
bool unfit(const char *why);     /* false */

#endif
