/* What a waiting interpreter is restored from: the keeper writes it once (keeper/snapshot.c), and the agent of every further sandbox makes its own
 * interpreter of it (restore.c). The two are of one kernel and one processor, and the file is of no use on another host.
 *
 * In the file: this head, then from a page's start on the contents of the areas that are not in files of the image. */
#ifndef MAYFLY_SNAPSHOT_H
#define MAYFLY_SNAPSHOT_H

#include <stdint.h>
#include <sys/prctl.h>

#define SNAPSHOT_MAGIC UINT64_C(0x32796c66796d6f6e)

enum {
    SNAPSHOT_SIGNALS = 64,
    SNAPSHOT_KERNEL_AREAS = 4,   /* the vdso and what it reads */
    SNAPSHOT_MAX_AREAS = 2000,
    SNAPSHOT_MAX_FILES = 64,
    SNAPSHOT_MAX_THREADS = 32,
    SNAPSHOT_MAX_DESCRIPTORS = 100,
    SNAPSHOT_MAX_RUNS = 8000,
    SNAPSHOT_MAX_GAP = 64,       /* between the ids of two threads */
    SNAPSHOT_AUXILIARY = 48,     /* no more than the kernel's own room for them */
    SNAPSHOT_NAME = 16,
    SNAPSHOT_PATH = 256,
    SNAPSHOT_PAGE = 4096,
    SNAPSHOT_FRAME_ROOM = 2048,  /* below a thread's stack, where nothing of the program's is */
};

/* Where the code that exchanges a process's memory stays meanwhile: the kernel puts nothing there by itself. */
#define STAGE_START UINT64_C(0x100000000000)
#define STAGE_BYTES UINT64_C(0x100000)

enum snapshot_kind {
    SNAPSHOT_COMMON,
    SNAPSHOT_WIPED,    /* in children, as madvise(MADV_WIPEONFORK) asks for */
    SNAPSHOT_STACK,    /* grows as it is needed */
};

/* What an area's content comes from; every further number is a file of the image. */
enum { SNAPSHOT_ZEROS, SNAPSHOT_ITSELF, SNAPSHOT_FIRST_FILE };

struct snapshot_area {
    uint64_t start, bytes, offset;
    uint32_t source, kind;
    uint32_t protection, unused;
};

struct snapshot_kernel_area {
    uint64_t start, bytes;
    char name[SNAPSHOT_NAME];     /* as in /proc/self/maps; empty for none */
};

struct snapshot_action {   /* as rt_sigaction(2) takes it */
    uint64_t handler, flags, restorer, mask;
};

/* The order in which the kernel keeps registers in a context. */
enum {
    SNAPSHOT_R8, SNAPSHOT_R9, SNAPSHOT_R10, SNAPSHOT_R11, SNAPSHOT_R12, SNAPSHOT_R13, SNAPSHOT_R14, SNAPSHOT_R15, SNAPSHOT_RDI, SNAPSHOT_RSI, SNAPSHOT_RBP, SNAPSHOT_RBX,
    SNAPSHOT_RDX, SNAPSHOT_RAX, SNAPSHOT_RCX, SNAPSHOT_RSP, SNAPSHOT_RIP, SNAPSHOT_FLAGS, SNAPSHOT_SEGMENTS, SNAPSHOT_REGISTERS = 23,
};

/* The kernel's ucontext, as rt_sigreturn(2) takes it: C libraries have their own. */
struct snapshot_context {
    uint64_t flags, link;
    struct { uint64_t start; int32_t flags, unused; uint64_t bytes; } stack;   /* of signals */
    uint64_t registers[SNAPSHOT_REGISTERS];
    uint64_t floating_point;               /* where it is in memory */
    uint64_t reserved[8];
    uint64_t mask;
};

/* The first one is the process's main thread. */
struct snapshot_thread {
    struct snapshot_context context;       /* at `frame`, when it is restored */
    uint8_t floating_point[512];           /* as fxsave(7) keeps it */
    uint64_t frame;
    uint64_t id;                           /* in the sandbox */
    uint64_t fs_base, tid_address, robust_list, robust_bytes;
    uint64_t rseq_address, rseq_bytes, rseq_signature;
    char name[SNAPSHOT_NAME];
};

enum snapshot_descriptor_kind {
    SNAPSHOT_STANDARD,   /* stdin, stdout or stderr, which are there already */
    SNAPSHOT_PIPE,       /* from `other`, its end for writing, to `number`; the first `length` bytes of `value` are in it */
    SNAPSHOT_EVENT,      /* an eventfd that counts `value` */
    SNAPSHOT_POLL,       /* an epoll, ... */
    SNAPSHOT_INTEREST,   /* ... and what it waits for: `flags` of `other`, about which it says `value` */
    SNAPSHOT_NULL,       /* /dev/null */
};

struct snapshot_descriptor {
    uint32_t kind;
    int32_t number, other;
    uint32_t flags, other_flags;   /* as open(2) takes them */
    uint32_t length;
    uint64_t value;
};

/* Pages that an empty program touches. */
struct snapshot_run {
    uint64_t start;
    uint32_t pages, written;
};

struct snapshot {
    uint64_t magic, bytes;                 /* SNAPSHOT_MAGIC and the size of this head: an agent of another build takes none of it */
    uint64_t file_bytes;
    uint64_t rehearses;                    /* the runs are not known: each page is to be touched by itself only, and not its neighbours with it */
    uint64_t areas, threads, descriptors, runs;   /* how many */
    struct snapshot_kernel_area kernel[SNAPSHOT_KERNEL_AREAS];
    struct prctl_mm_map map;               /* as prctl(PR_SET_MM_MAP) takes it, but for where the auxiliary vector is */
    uint64_t auxiliary[SNAPSHOT_AUXILIARY];
    struct snapshot_action actions[SNAPSHOT_SIGNALS];
    struct snapshot_thread thread[SNAPSHOT_MAX_THREADS];
    struct snapshot_descriptor descriptor[SNAPSHOT_MAX_DESCRIPTORS];
    char file[SNAPSHOT_MAX_FILES][SNAPSHOT_PATH];
    struct snapshot_area area[SNAPSHOT_MAX_AREAS];
    struct snapshot_run run[SNAPSHOT_MAX_RUNS];
};

#endif
