/* What runs on the stage: the process's memory goes, the snapshot's comes, and its threads go on where they waited. */
#include "exchange.h"

#if defined(__x86_64__)

#include <fcntl.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

enum { MAX_ADDRESS_BITS = 47, LOST = 126, RANDOM_BYTES = 16, MOST_APART = 25000 /* of 65530 areas, two for each */ };

#define EXCHANGE __attribute__((section("exchange_code"), no_stack_protector, noinline))

__attribute__((always_inline)) static inline long call(long number, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, uint64_t fifth, uint64_t sixth) {
    long result;
    register uint64_t r10 __asm__("r10") = fourth, r8 __asm__("r8") = fifth, r9 __asm__("r9") = sixth;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(first), "S"(second), "d"(third), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

__attribute__((always_inline)) static inline void must(bool good) {
    if (!good) call(SYS_exit_group, LOST, 0, 0, 0, 0, 0);
}

/* Its frame is on its own stack: of the stage only this code stays. */
__attribute__((always_inline)) static inline struct snapshot_thread *lay_frame(const struct snapshot_thread *thread) {
    uint64_t to = thread->frame, from = (uint64_t)thread, bytes = sizeof *thread;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
    return (struct snapshot_thread *)thread->frame;
}

__attribute__((always_inline)) static inline void tell_kernel(const struct snapshot_thread *thread) {
    must(call(SYS_prctl, PR_SET_NAME, (uint64_t)thread->name, 0, 0, 0, 0) == 0);
    if (thread->rseq_address != 0) must(call(SYS_rseq, thread->rseq_address, thread->rseq_bytes, 0, thread->rseq_signature, 0, 0) == 0);
    if (thread->robust_list != 0) must(call(SYS_set_robust_list, thread->robust_list, thread->robust_bytes, 0, 0, 0, 0) == 0);
}

EXCHANGE __attribute__((used)) static _Noreturn void begin_thread(const struct snapshot_thread *thread) {
    tell_kernel(thread);
    __asm__ volatile("mov %0, %%rsp\n\tsyscall" : : "r"(&thread->context), "a"(SYS_rt_sigreturn) : "memory");
    __builtin_unreachable();
}

/* One that ends at once, for its id. */
__attribute__((always_inline)) static inline long use_up_id(void) {
    long result;
    register uint64_t r10 __asm__("r10") = 0, r8 __asm__("r8") = 0;
    __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\txor %%edi, %%edi\n\tmov %[exit], %%eax\n\tsyscall\n1:"
        : "=a"(result) : "a"(SYS_clone), "D"(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM), "S"(0), "d"(0),
          "r"(r10), "r"(r8), [exit] "i"(SYS_exit) : "rcx", "r11", "memory");
    return result;
}

__attribute__((always_inline)) static inline long start_thread(const struct snapshot_thread *thread) {
    long result;
    register uint64_t r10 __asm__("r10") = thread->tid_address, r8 __asm__("r8") = thread->fs_base;
    uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    __asm__ volatile("syscall\n\ttest %%rax, %%rax\n\tjnz 1f\n\txor %%ebp, %%ebp\n\tmov %%rsp, %%rdi\n\tcall begin_thread\n1:"
        : "=a"(result) : "a"(SYS_clone), "D"(flags), "S"(lay_frame(thread)), "d"(thread->tid_address), "r"(r10), "r"(r8) : "rcx", "r11", "memory");
    return result;
}

__attribute__((always_inline)) static inline void start_threads(const struct snapshot *to) {
    uint64_t last = to->thread[0].id;
    for (uint64_t i = 1; i < to->threads; i++) {
        while (++last < to->thread[i].id) must(use_up_id() == (long)last);
        must(start_thread(&to->thread[i]) == (long)last);
    }
}

/* The kernel's page tables have no entries for a new process's pages, and a host that shadows them none of its own: who touches them now does not
 * when the caller waits. */
__attribute__((always_inline)) static inline void touch(const struct snapshot *to) {
    for (uint64_t i = 0; i < to->runs; i++) {
        const struct snapshot_run *run = &to->run[i];
        call(SYS_madvise, run->start, (uint64_t)run->pages * SNAPSHOT_PAGE, run->written ? MADV_POPULATE_WRITE : MADV_POPULATE_READ, 0, 0, 0);
        volatile uint8_t *page = (volatile uint8_t *)run->start;
        for (uint32_t left = run->pages; left > 0; left--, page += SNAPSHOT_PAGE) {
            uint8_t content = *page;
            if (run->written) *page = content;
        }
    }
}

/* The kernel maps a file's pages with their neighbours, but never those of another area: so every page gets one, as long as the kernel has room
 * for them. Of the others, neighbours are touched as well. */
__attribute__((always_inline)) static inline void set_apart(const struct snapshot_area *area, uint32_t *left) {
    for (uint64_t at = SNAPSHOT_PAGE; at < area->bytes && *left > 0; at += 2 * SNAPSHOT_PAGE, --*left)
        call(SYS_madvise, area->start + at, SNAPSHOT_PAGE, MADV_RANDOM, 0, 0, 0);
}

__attribute__((always_inline)) static inline void map_areas(const struct snapshot *to) {
    uint64_t open_file = SNAPSHOT_ITSELF, file = SNAPSHOT_FD;
    uint32_t apart = MOST_APART;
    for (uint64_t i = 0; i < to->areas; i++) {
        const struct snapshot_area *area = &to->area[i];
        bool grows = area->kind == SNAPSHOT_STACK, anonymous = area->source == SNAPSHOT_ZEROS || grows;   /* the kernel lets no file grow */
        if (area->source >= SNAPSHOT_FIRST_FILE && area->source != open_file) {
            if (open_file >= SNAPSHOT_FIRST_FILE) call(SYS_close, file, 0, 0, 0, 0, 0);
            long opened = call(SYS_open, (uint64_t)to->file[area->source - SNAPSHOT_FIRST_FILE], O_RDONLY | O_CLOEXEC, 0, 0, 0, 0);
            must(opened >= 0);
            open_file = area->source, file = (uint64_t)opened;
        }
        int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE | (anonymous ? MAP_ANONYMOUS : 0) | (grows ? MAP_GROWSDOWN : 0);
        uint64_t from = anonymous ? (uint64_t)-1 : area->source == SNAPSHOT_ITSELF ? SNAPSHOT_FD : file;
        must(call(SYS_mmap, area->start, area->bytes, area->protection, (uint64_t)flags, from, anonymous ? 0 : area->offset) == (long)area->start);
        if (grows) must(call(SYS_pread64, SNAPSHOT_FD, area->start, area->bytes, area->offset, 0, 0) == (long)area->bytes);
        if (area->kind == SNAPSHOT_WIPED) must(call(SYS_madvise, area->start, area->bytes, MADV_WIPEONFORK, 0, 0, 0) == 0);
        if (!anonymous && to->rehearses) set_apart(area, &apart);
    }
    if (open_file >= SNAPSHOT_FIRST_FILE) call(SYS_close, file, 0, 0, 0, 0, 0);
}

/* The kernel's own areas wait on the stage meanwhile. */
__attribute__((always_inline)) static inline void exchange_memory(struct stage *stage) {
    const struct snapshot *to = &stage->snapshot;
    uint64_t parked = STAGE_START + PARKED, end = UINT64_C(1) << MAX_ADDRESS_BITS;
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        uint64_t bytes = to->kernel[i].bytes;
        if (bytes != 0) must(call(SYS_mremap, stage->kernel_now[i], bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, parked, 0) == (long)parked);
        parked += bytes;
    }
    must(call(SYS_munmap, 0, STAGE_START, 0, 0, 0, 0) == 0);
    must(call(SYS_munmap, STAGE_START + STAGE_BYTES, end - SNAPSHOT_PAGE - STAGE_START - STAGE_BYTES, 0, 0, 0, 0) == 0);
    map_areas(to);
    parked = STAGE_START + PARKED;
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        uint64_t bytes = to->kernel[i].bytes, place = to->kernel[i].start;
        if (bytes != 0) must(call(SYS_mremap, parked, bytes, bytes, MREMAP_MAYMOVE | MREMAP_FIXED, place, 0) == (long)place);
        parked += bytes;
    }
    must(call(SYS_close, SNAPSHOT_FD, 0, 0, 0, 0, 0) == 0);
}

EXCHANGE _Noreturn void exchange(struct stage *stage) {
    struct snapshot *to = &stage->snapshot;
    exchange_memory(stage);
    to->map.auxv = (void *)to->auxiliary;
    must(call(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (uint64_t)&to->map, sizeof to->map, 0, 0) == 0);
    must(call(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0, 0) == 0);
    for (int i = 0; i < SNAPSHOT_SIGNALS; i++) {
        if (to->actions[i].handler != 0) must(call(SYS_rt_sigaction, (uint64_t)i + 1, (uint64_t)&to->actions[i], 0, 8, 0, 0) == 0);
    }
    struct snapshot_thread *leader = &to->thread[0];
    must(call(SYS_arch_prctl, 0x1002 /* ARCH_SET_FS */, leader->fs_base, 0, 0, 0, 0) == 0);
    tell_kernel(leader);
    *(int32_t *)leader->tid_address = (int32_t)call(SYS_set_tid_address, leader->tid_address, 0, 0, 0, 0, 0);
    for (int i = 0; i + 1 < SNAPSHOT_AUXILIARY; i += 2) {
        if (to->auxiliary[i] == AT_RANDOM) must(call(SYS_getrandom, to->auxiliary[i + 1], RANDOM_BYTES, 0, 0, 0, 0) == RANDOM_BYTES);
    }
    touch(to);
    start_threads(to);
    char ready = 'R';
    must(call(SYS_write, CONTROL_FD, (uint64_t)&ready, 1, 0, 0, 0) == 1);
    __asm__ volatile("mov %0, %%rsp\n\tsyscall\n\tmov %4, %%eax\n\tsyscall"
        : : "r"(&lay_frame(leader)->context), "a"(SYS_munmap), "D"(STAGE_START), "S"(STAGE_BYTES - CODE_BYTES), "i"(SYS_rt_sigreturn) : "rcx", "r11", "memory");
    __builtin_unreachable();
}

#endif
