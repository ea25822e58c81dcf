/* Turns this process into the interpreter that a snapshot tells of: what is in memory goes, what the snapshot holds comes in its place, and
 * the interpreter goes on where it waited. Until the exchange begins, whatever does not fit only means that nothing is restored. */
#include "box.h"

#if defined(__x86_64__)

#include "snapshot.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_ADDRESS_BITS = 47, LOST = 126, AUXILIARY_RSEQ_BYTES = 27, RSEQ_STEP = 32 };

/* What the exchange knows, all of it on the stage. */
struct stage {
    struct snapshot snapshot;
    struct snapshot_area areas[SNAPSHOT_MAX_AREAS];
    uint64_t kernel_now[SNAPSHOT_KERNEL_AREAS];   /* where this process has them */
    uint8_t stack[16384];
};

enum { SNAPSHOT_FD = CONTROL_FD + 1, CODE_BYTES = 4096, PARKED = 1 << 19, RANDOM_BYTES = 16, FRAME_ROOM = 4096 };

_Static_assert(sizeof(struct stage) + CODE_BYTES <= PARKED, "the stage is too small");

#define EXCHANGE __attribute__((section("exchange_code"), no_stack_protector))

extern const uint8_t __start_exchange_code[], __stop_exchange_code[];

__attribute__((always_inline)) static inline long call(long number, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, uint64_t fifth, uint64_t sixth) {
    long result;
    register uint64_t r10 __asm__("r10") = fourth, r8 __asm__("r8") = fifth, r9 __asm__("r9") = sixth;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

__attribute__((always_inline)) static inline void must(bool good) {
    if (!good) call(SYS_exit_group, LOST, 0, 0, 0, 0, 0);
}

/* Runs on the stage, where nothing else of the program is: no library, no data, no other function. */
EXCHANGE static _Noreturn void exchange(struct stage *stage) {
    struct snapshot *to = &stage->snapshot;
    uint64_t parked = STAGE_START + PARKED, end = UINT64_C(1) << MAX_ADDRESS_BITS;
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        uint64_t bytes = to->kernel[i].bytes;
        if (bytes != 0) must(call(SYS_mremap, stage->kernel_now[i], bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, parked, 0) == (long)parked);
        parked += bytes;
    }
    must(call(SYS_munmap, 0, STAGE_START, 0, 0, 0, 0) == 0);
    must(call(SYS_munmap, STAGE_START + STAGE_BYTES, end - SNAPSHOT_PAGE - STAGE_START - STAGE_BYTES, 0, 0, 0, 0) == 0);
    for (uint64_t i = 0; i < to->areas; i++) {
        struct snapshot_area *area = &stage->areas[i];
        bool zero = area->offset == 0, copied = !zero && (area->protection & PROT_WRITE);
        int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE | (zero || copied ? MAP_ANONYMOUS : 0) | (copied ? MAP_POPULATE : 0)
            | (area->kind == SNAPSHOT_STACK ? MAP_GROWSDOWN : 0);
        uint64_t file = zero || copied ? (uint64_t)-1 : SNAPSHOT_FD, offset = zero || copied ? 0 : area->offset;
        must(call(SYS_mmap, area->start, area->bytes, area->protection, (uint64_t)flags, file, offset) == (long)area->start);
        if (area->kind == SNAPSHOT_WIPED) must(call(SYS_madvise, area->start, area->bytes, MADV_WIPEONFORK, 0, 0, 0) == 0);
        if (copied) must(call(SYS_pread64, SNAPSHOT_FD, area->start, area->bytes, area->offset, 0, 0) == (long)area->bytes);
    }
    parked = STAGE_START + PARKED;
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        uint64_t bytes = to->kernel[i].bytes, place = to->kernel[i].start;
        if (bytes != 0) must(call(SYS_mremap, parked, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place, 0) == (long)place);
        parked += bytes;
    }
    must(call(SYS_close, SNAPSHOT_FD, 0, 0, 0, 0, 0) == 0);
    to->map.auxv = (void *)to->auxiliary;
    must(call(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (uint64_t)&to->map, sizeof to->map, 0, 0) == 0);
    must(call(SYS_prctl, PR_SET_NAME, (uint64_t)to->name, 0, 0, 0, 0) == 0);
    must(call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0, 0) == 0);
    for (int i = 0; i < SNAPSHOT_SIGNALS; i++) {
        if (to->actions[i].handler != 0) must(call(SYS_rt_sigaction, (uint64_t)i + 1, (uint64_t)&to->actions[i], 0, 8, 0, 0) == 0);
    }
    must(call(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, to->fs_base, 0, 0, 0, 0) == 0);
    if (to->rseq_address != 0) must(call(SYS_rseq, to->rseq_address, to->rseq_bytes, 0, to->rseq_signature, 0, 0) == 0);
    if (to->robust_list != 0) must(call(SYS_set_robust_list, to->robust_list, to->robust_bytes, 0, 0, 0, 0) == 0);
    *(int32_t *)to->tid_address = (int32_t)call(SYS_set_tid_address, to->tid_address, 0, 0, 0, 0, 0);
    for (int i = 0; i + 1 < SNAPSHOT_AUXILIARY; i += 2) {
        if (to->auxiliary[i] == AT_RANDOM) must(call(SYS_getrandom, to->auxiliary[i + 1], RANDOM_BYTES, 0, 0, 0, 0) == RANDOM_BYTES);
    }
    char ready = 'R';
    must(call(SYS_write, CONTROL_FD, (uint64_t)&ready, 1, 0, 0, 0) == 1);
    /* The last words are on the interpreter's own stack, below what it uses, so that of the stage only this code stays. */
    uint64_t *frame = (uint64_t *)(((uint64_t)to->context.uc_mcontext.gregs[REG_RSP] - FRAME_ROOM) & ~(uint64_t)63);
    for (size_t i = 0; i < sizeof to->context / sizeof *frame; i++) frame[i] = ((volatile uint64_t *)&to->context)[i];
    __asm__ volatile("mov %0, %%rsp\n\tsyscall\n\tmov %4, %%eax\n\tsyscall"
        : : "r"(frame), "a"(SYS_munmap), "D"(STAGE_START), "S"(STAGE_BYTES - CODE_BYTES), "i"(SYS_rt_sigreturn) : "rcx", "r11", "memory");
    __builtin_unreachable();
}

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
    uint8_t *area = (uint8_t *)__builtin_thread_pointer() + __rseq_offset;
    uint64_t told = getauxval(AUXILIARY_RSEQ_BYTES), bytes = told == 0 ? RSEQ_STEP : (told + RSEQ_STEP - 1) / RSEQ_STEP * RSEQ_STEP;   /* as the C library has it */
    return __rseq_size == 0 || syscall(SYS_rseq, area, bytes, RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == 0;
}

void restore(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    /* no exec will close what is the agent's own */
    if (dup3(file, SNAPSHOT_FD, O_CLOEXEC) < 0 || syscall(SYS_close_range, STDERR_FILENO + 1, CONTROL_FD - 1, 0)
        || syscall(SYS_close_range, SNAPSHOT_FD + 1, ~0U, 0)) return;
    struct stage *stage = mmap((void *)STAGE_START, STAGE_BYTES, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
    if (stage == MAP_FAILED) goto unfit;
    size_t told = offsetof(struct stage, kernel_now), code_bytes = (size_t)(__stop_exchange_code - __start_exchange_code);
    if (read(SNAPSHOT_FD, stage, told) != (ssize_t)told || stage->snapshot.magic != SNAPSHOT_MAGIC || stage->snapshot.bytes != sizeof stage->snapshot || stage->snapshot.areas > SNAPSHOT_MAX_AREAS) goto unfit;
    if (code_bytes > CODE_BYTES || !find_kernel_areas(stage)) goto unfit;
    uint8_t *code = (uint8_t *)(STAGE_START + STAGE_BYTES - CODE_BYTES);
    memcpy(code, __start_exchange_code, code_bytes);
    if (!leave_rseq()) goto unfit;
    if (mprotect(code, CODE_BYTES, PROT_READ | PROT_EXEC)) goto unfit;
    uint8_t *top = stage->stack + sizeof stage->stack;
    uintptr_t entry = (uintptr_t)code + ((uintptr_t)exchange - (uintptr_t)__start_exchange_code);
    top = (uint8_t *)(((uintptr_t)top & ~(uintptr_t)15));
    __asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall *%1" : : "r"(top), "r"(entry), "D"(stage) : "memory");
    __builtin_unreachable();
unfit:
    if (stage != MAP_FAILED) munmap(stage, STAGE_BYTES);
    close(SNAPSHOT_FD);
}

#else

void restore(const char *path) {
    (void)path;
}

#endif
