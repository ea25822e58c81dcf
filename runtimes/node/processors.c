/* How many processors node finds to use. libuv looks at the control group only where the hierarchy has one of its usual names, and its list of
 * processors is the host's: so what it reads is bounded here. This library stands before the C library, in children as well. */
#include <dlfcn.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COUNTERS "/proc/stat"

typedef int (*open_function)(const char *, int, ...);

static long read_numbers(const char *path, long *second) {
    long first = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL) return 0;
    if (fscanf(file, "%ld %ld", &first, second) < 1) first = 0;   /* "max": no limit */
    fclose(file);
    return first;
}

/* What the sandbox may use, rounded up; a large number where no control group says. */
static unsigned allowed(void) {
    long period = 0, none, quota = read_numbers("/sys/fs/cgroup/cpu.max", &period);
    if (quota <= 0) {
        quota = read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", &none);
        period = read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_period_us", &none);
    }
    return quota > 0 && period > 0 ? (unsigned)((quota + period - 1) / period) : ~0U;
}

int sched_getaffinity(pid_t pid, size_t bytes, cpu_set_t *set) {
    int (*original)(pid_t, size_t, cpu_set_t *);
    *(void **)&original = dlsym(RTLD_NEXT, "sched_getaffinity");
    int result = original(pid, bytes, set);
    unsigned most = result == 0 ? allowed() : 0, found = 0;
    for (size_t i = 0; result == 0 && i < 8 * bytes; i++)
        if (CPU_ISSET_S(i, bytes, set) && ++found > most) CPU_CLR_S(i, bytes, set);
    return result;
}

/* The kernel's counters without those of the processors beyond what is allowed; or -1. */
static int open_counters(open_function original, int flags) {
    int real = original(COUNTERS, O_RDONLY | O_CLOEXEC), shown = memfd_create("stat", flags & O_CLOEXEC ? MFD_CLOEXEC : 0);
    FILE *from = real < 0 ? NULL : fdopen(real, "r");
    unsigned most = allowed(), found = 0;
    char *line = NULL;
    size_t room = 0;
    bool good = from != NULL && shown >= 0;
    for (ssize_t length; good && (length = getline(&line, &room, from)) > 0;) {
        bool one = strncmp(line, "cpu", 3) == 0 && line[3] != ' ';
        if (!one || ++found <= most) good = write(shown, line, (size_t)length) == length;
    }
    good = good && lseek(shown, 0, SEEK_SET) == 0;
    free(line);
    if (from != NULL) fclose(from);
    else if (real >= 0) close(real);
    if (good) return shown;
    if (shown >= 0) close(shown);
    return -1;
}

static int open_file(const char *name, const char *path, int flags, mode_t mode) {
    open_function original;
    *(void **)&original = dlsym(RTLD_NEXT, name);
    int counters = path != NULL && strcmp(path, COUNTERS) == 0 && (flags & O_ACCMODE) == O_RDONLY ? open_counters(original, flags) : -1;
    return counters >= 0 ? counters : original(path, flags, mode);
}

static mode_t mode_of(int flags, va_list arguments) {
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_file("open64", path, flags, mode);
}
