/* What a waiting interpreter was made of: the keeper writes it down once (snapshot.c), and the agent of every further box makes its own
 * interpreter of it (restore.c). The two are of one kernel and one processor, and the file is of no use on another host.
 *
 * In the file: this head, the areas, then from a page's start on the contents of the areas. */
#ifndef MAYFLY_SNAPSHOT_H
#define MAYFLY_SNAPSHOT_H

#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <ucontext.h>

#define SNAPSHOT_MAGIC UINT64_C(0x31796c66796d6f6e)

enum {
    SNAPSHOT_SIGNALS = 64,
    SNAPSHOT_KERNEL_AREAS = 4,   /* the vdso and what it reads */
    SNAPSHOT_MAX_AREAS = 1000,
    SNAPSHOT_AUXILIARY = 48,     /* no more than the kernel's own room for them */
    SNAPSHOT_PAGE = 4096,
};

/* Where the code that exchanges a process's memory stays meanwhile: the kernel puts nothing there by itself. */
#define STAGE_START UINT64_C(0x100000000000)
#define STAGE_BYTES UINT64_C(0x100000)

enum snapshot_kind {
    SNAPSHOT_COMMON,
    SNAPSHOT_WIPED,    /* in children, as madvise(MADV_WIPEONFORK) asks for */
    SNAPSHOT_STACK,    /* grows as it is needed */
};

struct snapshot_area {
    uint64_t start, bytes;
    uint64_t offset;   /* in the file; or 0 when it holds only zeros */
    uint32_t protection, kind;
};

struct snapshot_kernel_area {
    uint64_t start, bytes;
    char name[16];     /* as in /proc/self/maps; empty for none */
};

struct snapshot_action {   /* as rt_sigaction(2) takes it */
    uint64_t handler, flags, restorer, mask;
};

struct snapshot {
    uint64_t magic, bytes;                 /* SNAPSHOT_MAGIC and the size of this head: an agent of another build takes none of it */
    uint64_t areas;                        /* how many */
    struct snapshot_kernel_area kernel[SNAPSHOT_KERNEL_AREAS];
    uint64_t fs_base, tid_address, robust_list, robust_bytes;
    uint64_t rseq_address, rseq_bytes, rseq_signature;
    struct prctl_mm_map map;               /* as prctl(PR_SET_MM_MAP) takes it, but for where the auxiliary vector is */
    uint64_t auxiliary[SNAPSHOT_AUXILIARY];
    char name[16];
    struct snapshot_action actions[SNAPSHOT_SIGNALS];
    ucontext_t context;                    /* as rt_sigreturn(2) takes it */
};

#endif
