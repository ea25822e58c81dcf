/* Turns this process into the interpreter that a snapshot holds: what is in memory goes, what the snapshot holds comes in its place, and
 * the interpreter's threads go on where they waited. Until the exchange begins, whatever does not fit only means that nothing is restored. */
#include "exchange.h"

#if defined(__x86_64__)

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <sys/rseq.h>
#endif

enum { AUXILIARY_RSEQ_BYTES = 27, RSEQ_STEP = 32, OUT_OF_THE_WAY = 500 };

/* Where this process has what the kernel maps into every one. */
static bool find_kernel_areas(struct stage *stage) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return false;
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long long start, end;
        char name[64] = "";
        if (sscanf(line, "%llx-%llx %*s %*s %*s %*s %63s", &start, &end, name) < 3) continue;
        for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
            const struct snapshot_kernel_area *area = &stage->snapshot.kernel[i];
            if (area->bytes == end - start && strcmp(area->name, name) == 0) stage->kernel_now[i] = start;
        }
    }
    fclose(maps);
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++)
        if (stage->snapshot.kernel[i].bytes != 0 && stage->kernel_now[i] == 0) return false;
    return true;
}

/* The kernel is not to write into memory that goes. */
static bool leave_rseq(void) {
#ifdef __GLIBC__
    uint8_t *area = (uint8_t *)__builtin_thread_pointer() + __rseq_offset;
    uint64_t reported = getauxval(AUXILIARY_RSEQ_BYTES), bytes = reported == 0 ? RSEQ_STEP : (reported + RSEQ_STEP - 1) / RSEQ_STEP * RSEQ_STEP;   /* as the C library has it */
    return __rseq_size == 0 || syscall(SYS_rseq, area, bytes, RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == 0;
#else
    return true;   /* the C library does not use it */
#endif
}

static bool move(int from, int to, uint32_t flags) {
    if (from < 0) return false;
    if (from != to) {
        if (dup3(from, to, flags & O_CLOEXEC ? O_CLOEXEC : 0) != to) return false;
        close(from);
    } else if (fcntl(to, F_SETFD, flags & O_CLOEXEC ? FD_CLOEXEC : 0)) {
        return false;
    }
    return fcntl(to, F_SETFL, flags & O_NONBLOCK) == 0;
}

static bool make_pipe(const struct snapshot_descriptor *wanted) {
    int ends[2];
    if (pipe(ends)) return false;
    if (ends[0] != wanted->number || ends[1] != wanted->other) {   /* one may be where the other belongs */
        for (int i = 0; i < 2; i++) {
            int moved = fcntl(ends[i], F_DUPFD, OUT_OF_THE_WAY);
            close(ends[i]);
            ends[i] = moved;
        }
    }
    return move(ends[0], wanted->number, wanted->flags) && move(ends[1], wanted->other, wanted->other_flags)
        && write(wanted->other, &wanted->value, wanted->length) == (ssize_t)wanted->length;
}

static bool make_descriptor(const struct snapshot_descriptor *wanted) {
    struct epoll_event event = {.events = wanted->flags, .data.u64 = wanted->value};
    switch ((enum snapshot_descriptor_kind)wanted->kind) {
    case SNAPSHOT_STANDARD: return move(wanted->number, wanted->number, wanted->flags);
    case SNAPSHOT_PIPE: return make_pipe(wanted);
    case SNAPSHOT_EVENT: return move(eventfd((unsigned)wanted->value, 0), wanted->number, wanted->flags);
    case SNAPSHOT_POLL: return move(epoll_create1(0), wanted->number, wanted->flags);
    case SNAPSHOT_INTEREST: return epoll_ctl(wanted->number, EPOLL_CTL_ADD, wanted->other, &event) == 0;
    case SNAPSHOT_NULL: return move(open("/dev/null", (int)wanted->flags & O_ACCMODE), wanted->number, wanted->flags);
    }
    return false;
}

static bool make_descriptors(const struct snapshot *snapshot) {
    for (uint64_t i = 0; i < snapshot->descriptors; i++)
        if (!make_descriptor(&snapshot->descriptor[i])) return false;
    return true;
}

/* Nothing in it leads outside of it. */
static bool is_sound(const struct snapshot *snapshot) {
    bool sound = true;
    for (uint64_t i = 0; i < snapshot->areas; i++) {
        uint32_t source = snapshot->area[i].source;
        sound &= source < SNAPSHOT_FIRST_FILE
            || (source < SNAPSHOT_FIRST_FILE + SNAPSHOT_MAX_FILES && snapshot->file[source - SNAPSHOT_FIRST_FILE][SNAPSHOT_PATH - 1] == 0);
    }
    for (uint64_t i = 0; i < snapshot->descriptors; i++) sound &= snapshot->descriptor[i].length <= sizeof snapshot->descriptor[i].value;
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) sound &= snapshot->kernel[i].name[SNAPSHOT_NAME - 1] == 0;
    return sound;
}

/* Whole, of this build, and of a process with this one's id. */
static bool is_fit(const struct snapshot *snapshot, uint64_t file_bytes) {
    return snapshot->magic == SNAPSHOT_MAGIC && snapshot->bytes == sizeof *snapshot && snapshot->file_bytes == file_bytes
        && snapshot->areas <= SNAPSHOT_MAX_AREAS && snapshot->threads >= 1 && snapshot->threads <= SNAPSHOT_MAX_THREADS
        && snapshot->descriptors <= SNAPSHOT_MAX_DESCRIPTORS && snapshot->runs <= SNAPSHOT_MAX_RUNS && snapshot->thread[0].id == (uint64_t)getpid()
        && is_sound(snapshot);
}

void restore(const char *path) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    /* no exec will close what is the agent's own */
    if (dup3(file, SNAPSHOT_FD, O_CLOEXEC) < 0 || syscall(SYS_close_range, STDERR_FILENO + 1, CONTROL_FD - 1, 0)
        || syscall(SYS_close_range, SNAPSHOT_FD + 1, ~0U, 0)) return;
    if (fstat(SNAPSHOT_FD, &status) || (size_t)status.st_size < sizeof(struct snapshot)) goto no_stage;
    struct stage *stage = mmap((void *)STAGE_START, STAGE_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
    if (stage == MAP_FAILED) goto no_stage;
    if (mmap(stage, sizeof stage->snapshot, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, SNAPSHOT_FD, 0) != stage) goto unfit;
    size_t code_bytes = (size_t)(__stop_exchange_code - __start_exchange_code);
    if (!is_fit(&stage->snapshot, (uint64_t)status.st_size) || code_bytes > CODE_BYTES || !find_kernel_areas(stage)) goto unfit;
    uint8_t *code = (uint8_t *)(STAGE_START + STAGE_BYTES - CODE_BYTES);
    memcpy(code, __start_exchange_code, code_bytes);
    if (mprotect(code, CODE_BYTES, PROT_READ | PROT_EXEC) || !make_descriptors(&stage->snapshot) || !leave_rseq()) goto unfit;
    uint8_t *top = stage->stack + sizeof stage->stack;
    uintptr_t entry = (uintptr_t)code + ((uintptr_t)exchange - (uintptr_t)__start_exchange_code);
    top = (uint8_t *)(((uintptr_t)top & ~(uintptr_t)15));
    __asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall *%1" : : "c"(top), "a"(entry), "D"(stage) : "memory");
    __builtin_unreachable();
unfit:
    munmap(stage, STAGE_BYTES);
    syscall(SYS_close_range, STDERR_FILENO + 1, CONTROL_FD - 1, 0);
no_stage:
    close(SNAPSHOT_FD);
}

#else

void restore(const char *path) {
    (void)path;
}

#endif
