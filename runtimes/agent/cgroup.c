#include "agent.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The counters' files stay open: a run reads them often, and must not depend on what is mounted later. */
static int cpu_stat = -1, cpu_total = -1, cpu_user = -1, cpu_system = -1, memory_peak = -1, memory_events = -1, pids_now = -1, pids_peak = -1;

static int first_of(const char *a, const char *b) {
    int fd = open(a, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? fd : open(b, O_RDONLY | O_CLOEXEC);
}

void cgroup_open(void) {
#define ROOT "/sys/fs/cgroup/"
    cpu_stat = open(ROOT "cpu.stat", O_RDONLY | O_CLOEXEC);
    cpu_total = first_of(ROOT "cpuacct/cpuacct.usage", ROOT "cpu,cpuacct/cpuacct.usage");
    cpu_user = first_of(ROOT "cpuacct/cpuacct.usage_user", ROOT "cpu,cpuacct/cpuacct.usage_user");
    cpu_system = first_of(ROOT "cpuacct/cpuacct.usage_sys", ROOT "cpu,cpuacct/cpuacct.usage_sys");
    memory_peak = first_of(ROOT "memory.peak", ROOT "memory/memory.max_usage_in_bytes");
    memory_events = first_of(ROOT "memory.events", ROOT "memory/memory.oom_control");
    pids_now = first_of(ROOT "pids.current", ROOT "pids/pids.current");
    pids_peak = first_of(ROOT "pids.peak", ROOT "pids/pids.peak");
#undef ROOT
}

/* The number after `key`, or the first one when the key is empty; 0 where the file or the key is missing. */
static uint64_t number_in(int fd, const char *key) {
    char text[1024];
    ssize_t length = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
    if (length <= 0) return 0;
    text[length] = 0;
    const char *at = strstr(text, key);
    return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 10);
}

uint64_t cgroup_cpu_nanos(void) {
    return cpu_stat >= 0 ? number_in(cpu_stat, "usage_usec ") * 1000 : number_in(cpu_total, "");
}

/* v1 reports user and system time in whole ticks of 4 ms: only their proportion is worth anything. */
static uint64_t user_nanos(uint64_t total) {
    if (cpu_stat >= 0) return number_in(cpu_stat, "user_usec ") * 1000;
    uint64_t user = number_in(cpu_user, ""), system = number_in(cpu_system, "");
    return user + system == 0 ? total : (uint64_t)((double)total * (double)user / (double)(user + system));
}

uint64_t cgroup_oom_kills(void) {
    return number_in(memory_events, "oom_kill ");   /* the trailing blank keeps v1's oom_kill_disable out */
}

uint32_t cgroup_pids(void) {
    return (uint32_t)number_in(pids_now, "");
}

struct usage cgroup_read(void) {
    uint64_t cpu = cgroup_cpu_nanos(), user = user_nanos(cpu);
    return (struct usage){
        .cpu_user_nanos = user < cpu ? user : cpu,
        .cpu_system_nanos = user < cpu ? cpu - user : 0,
        .peak_memory_bytes = number_in(memory_peak, ""),
        .oom_kills = cgroup_oom_kills(),
        .pids = cgroup_pids(),
        .peak_pids = (uint32_t)number_in(pids_peak, ""),
    };
}
