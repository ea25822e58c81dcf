/* How many processors node finds to use. libuv's own answer looks at the control group only where the hierarchy has one of its usual names,
 * and its list of processors is the host's. This library stands before libuv, in children as well. */
#define _GNU_SOURCE
#include <uv.h>

#include <dlfcn.h>
#include <stdio.h>

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

unsigned uv_available_parallelism(void) {
    unsigned (*original)(void);
    *(void **)&original = dlsym(RTLD_NEXT, "uv_available_parallelism");
    unsigned usable = original(), most = allowed();
    return usable < most ? usable : most;
}

int uv_cpu_info(uv_cpu_info_t **processors, int *count) {
    int (*original)(uv_cpu_info_t **, int *);
    *(void **)&original = dlsym(RTLD_NEXT, "uv_cpu_info");
    int result = original(processors, count);
    unsigned most = allowed();
    if (result == 0 && (unsigned)*count > most) *count = (int)most;   /* on Linux the list is freed as a whole */
    return result;
}
