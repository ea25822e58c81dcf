/* Writes down a process that waits in system calls, from outside of it: its memory, its threads, its descriptors, and what the kernel keeps for it.
 * It is held meanwhile, makes a few harmless calls in our name, and ends with us. */
#include "snapshot.h"

#include "descriptors.h"
#include "tracee.h"

#include <stdio.h>

#if defined(__x86_64__)

#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ZERO_RUN = 16,                          /* pages; fewer are written among the others */
    MAX_BYTES = 256 << 20,                  /* of all that is written, and of a file's part in memory */
    FRAME_ALIGNMENT = 64, FOR_SOFTWARE = 464,   /* of floating-point registers; what of them the processor leaves alone */
    STACK_ROOM = 2 * SNAPSHOT_PAGE,         /* below a stack's end, which is kept; the rest of it is left over from earlier calls */
    CHILD_STACK_ROOM = 1024,                /* what the start of a thread needs below its frame */
};

#define MAX_ANONYMOUS (UINT64_C(4) << 30)   /* of one area of it, most of which was never used */

static struct tracee traced;
static int file = -1;
static struct snapshot snapshot;
static uint64_t file_end;

static bool write_file(const void *bytes, size_t length, uint64_t at) {
    return pwrite(file, bytes, length, (off_t)at) == (ssize_t)length || failed("write");
}

/* ---- memory ---- */

/* Bits of an entry of /proc/PID/pagemap. */
#define PRESENT (UINT64_C(1) << 63)
#define SWAPPED (UINT64_C(1) << 62)
#define OF_FILE (UINT64_C(1) << 61)

enum { CHUNK = 512 };   /* entries that are read at a time */

static int pagemap = -1;

static bool open_pagemap(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
    pagemap = open(path, O_RDONLY | O_CLOEXEC);
    return pagemap >= 0 || failed(path);
}

/* The entries of up to so many pages from this one on; returns how many. */
static uint64_t read_pagemap(uint64_t at, uint64_t pages, uint64_t entries[static CHUNK]) {
    uint64_t count = pages < CHUNK ? pages : CHUNK;
    ssize_t length = pread(pagemap, entries, count * sizeof *entries, (off_t)(at / SNAPSHOT_PAGE * sizeof *entries));
    if (length <= 0) failed("pagemap");
    return length <= 0 ? 0 : (uint64_t)length / sizeof *entries;
}

struct area {
    uint64_t start, end, offset;
    int protection;
    bool shared, wiped;
    char name[SNAPSHOT_PATH];
};

static struct snapshot_area *add(uint64_t start, uint64_t bytes, int protection, enum snapshot_kind kind) {
    if (snapshot.areas == SNAPSHOT_MAX_AREAS) return NULL;
    struct snapshot_area *added = &snapshot.area[snapshot.areas++];
    *added = (struct snapshot_area){.start = start, .bytes = bytes, .source = SNAPSHOT_ZEROS, .kind = kind, .protection = (uint32_t)protection};
    return added;
}

static bool add_zeros(uint64_t start, uint64_t bytes, int protection, enum snapshot_kind kind) {
    return bytes == 0 || add(start, bytes, protection, kind) != NULL || unfit("its memory is in too many pieces");
}

static bool add_content(uint64_t start, uint64_t bytes, int protection, enum snapshot_kind kind, const uint8_t *content) {
    if (bytes == 0) return true;
    if (bytes > MAX_BYTES - file_end) return unfit("its memory is more than is written");
    struct snapshot_area *added = add(start, bytes, protection, kind);
    if (added == NULL) return unfit("its memory is in too many pieces");
    added->source = SNAPSHOT_ITSELF;
    added->offset = file_end;
    file_end += bytes;
    return write_file(content, bytes, added->offset);
}

static bool is_zero(const uint8_t *page) {
    static const uint8_t zero[SNAPSHOT_PAGE];
    return memcmp(page, zero, SNAPSHOT_PAGE) == 0;
}

/* Longer runs of zeros are left out: most of them is memory that was never used. */
static bool add_pieces(uint64_t start, uint64_t bytes, int protection, const uint8_t *content) {
    uint64_t pages = bytes / SNAPSHOT_PAGE, from = 0;
    for (uint64_t page = 0; page < pages;) {
        uint64_t run = 0;
        while (page + run < pages && is_zero(content + (page + run) * SNAPSHOT_PAGE)) run++;
        if (run >= ZERO_RUN || (run > 0 && run == pages)) {
            if (!add_content(start + from * SNAPSHOT_PAGE, (page - from) * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON, content + from * SNAPSHOT_PAGE)
                || !add_zeros(start + page * SNAPSHOT_PAGE, run * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON)) return false;
            from = page + run;
        }
        page += run == 0 ? 1 : run;
    }
    return add_content(start + from * SNAPSHOT_PAGE, (pages - from) * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON, content + from * SNAPSHOT_PAGE);
}

/* Returns the number by which an area names this file of the image as its source, or 0 when the table of files is full. */
static uint32_t source_of(const char *path) {
    for (uint32_t i = 0; i < SNAPSHOT_MAX_FILES; i++) {
        if (snapshot.file[i][0] == 0) snprintf(snapshot.file[i], SNAPSHOT_PATH, "%s", path);
        if (strcmp(snapshot.file[i], path) == 0) return SNAPSHOT_FIRST_FILE + i;
    }
    return 0;
}

/* Opens a regular file of the sandbox's own root file system, or returns -1. A link there would lead through the host's folders, and another
 * mount is not the image's. */
static int open_image_file(const char *name) {
    char path[64];
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d/root", traced.pid);
    int root = name[0] == '/' ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    int place = root >= 0 ? (int)syscall(SYS_openat2, root, name + 1, &how, sizeof how) : -1, image = -1;
    snprintf(path, sizeof path, "/proc/self/fd/%d", place);
    if (place >= 0 && fstat(place, &status) == 0 && S_ISREG(status.st_mode)) image = open(path, O_RDONLY | O_CLOEXEC);
    if (place >= 0) close(place);
    if (root >= 0) close(root);
    return image;
}

/* Whether this is what a file of the image has there, as libraries have that nobody writes into. */
static bool is_in_file(const struct area *area, const uint8_t *content, uint64_t bytes) {
    int image = open_image_file(area->name);
    struct stat status;
    bool whole = image >= 0 && fstat(image, &status) == 0 && (uint64_t)status.st_size >= area->offset + bytes;
    void *there = whole ? mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, image, (off_t)area->offset) : MAP_FAILED;
    bool same = there != MAP_FAILED && memcmp(there, content, bytes) == 0;
    if (there != MAP_FAILED) munmap(there, bytes);
    if (image >= 0) close(image);
    return same;
}

static bool add_read(const struct area *area, uint64_t bytes, const uint8_t *content) {
    bool writable = area->protection & PROT_WRITE;
    uint32_t source = !writable && is_in_file(area, content, bytes) ? source_of(area->name) : 0;
    if (source == 0) return add_pieces(area->start, bytes, area->protection, content);
    struct snapshot_area *added = add(area->start, bytes, area->protection, SNAPSHOT_COMMON);
    if (added == NULL) return unfit("its memory is in too many pieces");
    added->source = source, added->offset = area->offset;
    return true;
}

/* Of memory that belongs to no file only what was ever used, which may be little of much. */
static bool read_used(uint64_t start, uint64_t bytes, uint8_t *content) {
    uint64_t entries[CHUNK], count;
    for (uint64_t at = start; at < start + bytes; at += count * SNAPSHOT_PAGE) {
        count = read_pagemap(at, (start + bytes - at) / SNAPSHOT_PAGE, entries);
        if (count == 0) return false;
        for (uint64_t i = 0; i < count; i++) {
            uint64_t page = at + i * SNAPSHOT_PAGE;
            if ((entries[i] & (PRESENT | SWAPPED)) && !tracee_read_memory(&traced, page, content + (page - start), SNAPSHOT_PAGE)) return failed("its memory");
        }
    }
    return true;
}

static bool add_contents(struct area *area) {
    bool is_stack = strcmp(area->name, "[stack]") == 0;
    uint64_t stack_end = traced.thread[0].held.rsp;
    if (is_stack && stack_end >= area->start + 2 * STACK_ROOM && stack_end < area->end) area->start = (stack_end - STACK_ROOM) & ~(uint64_t)(SNAPSHOT_PAGE - 1);
    uint64_t bytes = area->end - area->start;
    if (bytes > (area->name[0] == '/' ? (uint64_t)MAX_BYTES : MAX_ANONYMOUS)) return unfit("it has more memory than is looked at");
    uint8_t *content = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (content == MAP_FAILED) return failed("memory");
    bool good = area->name[0] == '/' ? tracee_read_memory(&traced, area->start, content, bytes) || failed("its memory") : read_used(area->start, bytes, content);
    good = good && (is_stack ? add_content(area->start, bytes, area->protection, SNAPSHOT_STACK, content) : add_read(area, bytes, content));
    munmap(content, bytes);
    return good;
}

static bool add_kernel_area(const struct area *area) {
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        struct snapshot_kernel_area *kernel = &snapshot.kernel[i];
        if (kernel->bytes != 0) continue;
        *kernel = (struct snapshot_kernel_area){.start = area->start, .bytes = area->end - area->start};
        snprintf(kernel->name, sizeof kernel->name, "%.*s", (int)sizeof kernel->name - 1, area->name);
        return true;
    }
    return unfit("the kernel has more areas of its own in it than are known");
}

static bool add_area(struct area *area) {
    uint64_t bytes = area->end - area->start;
    if (strcmp(area->name, "[vsyscall]") == 0) return true;
    if (strncmp(area->name, "[v", 2) == 0) return add_kernel_area(area);
    if (area->start < STAGE_START + STAGE_BYTES && area->end > STAGE_START) return unfit("its memory is in the way");
    if (area->shared && (area->protection & PROT_WRITE)) return unfit("it shares memory");
    /* what a child would find wiped, such as the state of the C library's random numbers, nobody is to find */
    if (area->wiped) return add_zeros(area->start, bytes, area->protection, SNAPSHOT_WIPED);
    if ((area->protection & PROT_READ) == 0) return add_zeros(area->start, bytes, area->protection, SNAPSHOT_COMMON);
    return add_contents(area);
}

static bool parse_area(const char *line, struct area *area) {
    char rights[5] = "";
    unsigned long long start, end, offset;
    *area = (struct area){0};
    if (sscanf(line, "%llx-%llx %4s %llx %*s %*s %255[^\n]", &start, &end, rights, &offset, area->name) < 4) return false;
    area->start = start, area->end = end, area->offset = offset, area->shared = rights[3] == 's';
    area->protection = (rights[0] == 'r' ? PROT_READ : 0) | (rights[1] == 'w' ? PROT_WRITE : 0) | (rights[2] == 'x' ? PROT_EXEC : 0);
    return true;
}

/* smaps describes each area in several lines, of which the first has its place and the last its flags. */
static bool write_memory(void) {
    char path[64], *line = NULL;
    size_t room = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps", traced.pid);
    FILE *maps = fopen(path, "re");
    if (maps == NULL) return failed(path);
    bool good = true;
    struct area area = {0}, next;
    while (good && getline(&line, &room, maps) > 0) {
        if (parse_area(line, &next)) {
            area = next;
        } else if (strncmp(line, "ProtectionKey:", 14) == 0) {
            good = atoi(line + 14) == 0 || unfit("its memory has keys");
        } else if (strncmp(line, "VmFlags:", 8) == 0) {
            area.wiped = strstr(line, " wf") != NULL;
            good = add_area(&area);
            area.end = 0;
        }
    }
    free(line);
    fclose(maps);
    return good && (area.end == 0 || unfit("the kernel does not say what is wiped in children"));
}

/* ---- threads ---- */

/* It makes its interrupted call once more. */
static bool write_registers(const struct tracee_thread *from, struct snapshot_thread *thread) {
    const struct user_regs_struct *held = &from->held;
    struct snapshot_context *context = &thread->context;
    uint64_t *to = context->registers;
    to[SNAPSHOT_R8] = held->r8, to[SNAPSHOT_R9] = held->r9, to[SNAPSHOT_R10] = held->r10, to[SNAPSHOT_R11] = held->r11;
    to[SNAPSHOT_R12] = held->r12, to[SNAPSHOT_R13] = held->r13, to[SNAPSHOT_R14] = held->r14, to[SNAPSHOT_R15] = held->r15;
    to[SNAPSHOT_RDI] = held->rdi, to[SNAPSHOT_RSI] = held->rsi, to[SNAPSHOT_RBP] = held->rbp, to[SNAPSHOT_RBX] = held->rbx;
    to[SNAPSHOT_RDX] = held->rdx, to[SNAPSHOT_RCX] = held->rcx, to[SNAPSHOT_RSP] = held->rsp;
    to[SNAPSHOT_RAX] = held->orig_rax, to[SNAPSHOT_RIP] = held->rip - 2, to[SNAPSHOT_FLAGS] = held->eflags;
    to[SNAPSHOT_SEGMENTS] = held->cs | held->ss << 48;
    context->flags = 0x6;   /* UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS */
    if (!tracee_ask(&traced, from, SYS_sigaltstack, 0, 1, 0, &context->stack, sizeof context->stack)) return false;
    _Static_assert(sizeof thread->floating_point == sizeof(struct user_fpregs_struct), "one form of floating-point registers");
    if (ptrace(PTRACE_GETFPREGS, from->tid, 0, thread->floating_point)) return failed("floating-point registers");
    memset(thread->floating_point + FOR_SOFTWARE, 0, sizeof thread->floating_point - FOR_SOFTWARE);   /* no extended state follows */
    enum { FLOATING_POINT = offsetof(struct snapshot_thread, floating_point) };
    thread->frame = ((held->rsp - SNAPSHOT_FRAME_ROOM + FLOATING_POINT) & ~(uint64_t)(FRAME_ALIGNMENT - 1)) - FLOATING_POINT;
    context->floating_point = thread->frame + FLOATING_POINT;
    return true;
}

static bool write_thread(const struct tracee_thread *from, struct snapshot_thread *thread) {
    thread->id = from->id;
    thread->fs_base = from->held.fs_base;
    if (from->held.gs_base != 0) return unfit("a thread uses gs");
    struct __ptrace_rseq_configuration rseq = {0};
    if (ptrace(PTRACE_GET_RSEQ_CONFIGURATION, from->tid, sizeof rseq, &rseq) != sizeof rseq) return failed("rseq");
    thread->rseq_address = rseq.rseq_abi_pointer, thread->rseq_bytes = rseq.rseq_abi_size, thread->rseq_signature = rseq.signature;
    void *robust;
    size_t robust_bytes;
    if (syscall(SYS_get_robust_list, from->tid, &robust, &robust_bytes)) return failed("robust list");
    thread->robust_list = (uint64_t)(uintptr_t)robust, thread->robust_bytes = robust_bytes;
    int32_t known = 0;
    if (!tracee_ask(&traced, from, SYS_prctl, PR_GET_TID_ADDRESS, 1, 0, &thread->tid_address, sizeof thread->tid_address)) return false;
    if (!tracee_read_memory(&traced, thread->tid_address, &known, sizeof known) || known != (int32_t)from->id) return unfit("its C library keeps a thread's number elsewhere");
    char name[64];
    snprintf(name, sizeof name, "task/%d/comm", from->tid);
    size_t length = tracee_read(traced.pid, name, thread->name, sizeof thread->name);
    if (length == 0) return false;
    thread->name[length - 1] = 0;
    return write_registers(from, thread);
}

static bool is_writable(uint64_t at) {
    for (uint64_t i = 0; i < snapshot.areas; i++) {
        const struct snapshot_area *area = &snapshot.area[i];
        if (at >= area->start && at < area->start + area->bytes) return area->protection & PROT_WRITE;
    }
    return false;
}

/* The frame of a thread is on its stack, below what it uses. */
static bool has_room(const struct snapshot_thread *thread) {
    return (is_writable(thread->frame - CHILD_STACK_ROOM) && is_writable(thread->frame + sizeof *thread)) || unfit("a thread's stack is full");
}

/* Comes first: a call in a thread's name unblocks SIGTRAP. */
static bool write_masks(void) {
    _Static_assert(sizeof traced.thread / sizeof *traced.thread <= SNAPSHOT_MAX_THREADS, "a snapshot has room for all threads that are held");
    for (size_t i = 0; i < traced.threads; i++) {
        uint64_t *mask = &snapshot.thread[i].context.mask;
        if (ptrace(PTRACE_GETSIGMASK, traced.thread[i].tid, sizeof *mask, mask)) return failed("signal mask");
    }
    return true;
}

static bool write_threads(void) {
    for (size_t i = 0; i < traced.threads; i++) {
        struct snapshot_thread *thread = &snapshot.thread[i];
        if (!write_thread(&traced.thread[i], thread) || !has_room(thread)) return false;
        if (i > 0 && thread->id - snapshot.thread[i - 1].id > SNAPSHOT_MAX_GAP) return unfit("the ids of its threads are too far from each other");
        snapshot.threads++;
    }
    return true;
}

/* ---- what the kernel keeps for all of them ---- */

/* start_code and end_code are fields 26 and 27 of stat, start_data to env_end 45 to 51: proc(5) */
static bool write_map(void) {
    char text[2048];
    size_t length = tracee_read(traced.pid, "stat", text, sizeof text - 1);
    text[length] = 0;
    uint64_t fields[64] = {0};
    int field = 2;
    char *close_name = strrchr(text, ')');
    if (close_name == NULL) return unfit("the kernel does not say where its memory begins");
    for (char *at = strtok(close_name + 1, " "); at != NULL && ++field < 64; at = strtok(NULL, " ")) fields[field] = strtoull(at, NULL, 10);
    uint64_t brk;
    if (!tracee_call(&traced, &traced.thread[0], SYS_brk, 0, 0, 0, 0, &brk)) return false;
    snapshot.map = (struct prctl_mm_map){
        .start_code = fields[26], .end_code = fields[27], .start_stack = fields[28], .start_data = fields[45], .end_data = fields[46],
        .start_brk = fields[47], .brk = brk, .arg_start = fields[48], .arg_end = fields[49], .env_start = fields[50], .env_end = fields[51],
        .exe_fd = (uint32_t)-1,
    };
    length = tracee_read(traced.pid, "auxv", snapshot.auxiliary, sizeof snapshot.auxiliary);
    if (length == 0) return false;
    snapshot.map.auxv_size = (uint32_t)length;
    return true;
}

static bool write_actions(void) {
    for (int number = 1; number <= SNAPSHOT_SIGNALS; number++) {
        struct snapshot_action *action = &snapshot.actions[number - 1];
        if (!tracee_ask(&traced, &traced.thread[0], SYS_rt_sigaction, (uint64_t)number, 2, 8, action, sizeof *action)) return false;
    }
    return true;
}

static bool take(pid_t pid, const char *sandbox) {
    file_end = (sizeof snapshot + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE * SNAPSHOT_PAGE;
    snapshot.magic = SNAPSHOT_MAGIC;
    snapshot.bytes = sizeof snapshot;
    snapshot.rehearses = 1;
    if (!tracee_hold(&traced, pid, sandbox) || !open_pagemap(pid) || !write_masks() || !descriptors_write(pid, &snapshot) || !write_memory() || !write_actions() || !write_threads() || !write_map()) return false;
    snapshot.file_bytes = file_end;
    return write_file(&snapshot, sizeof snapshot, 0) && (ftruncate(file, (off_t)file_end) == 0 || failed("write"));
}

bool snapshot_take(pid_t pid, const char *sandbox, const char *path) {
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (file < 0) return failed(path);
    /* The program's user reads it in the sandbox, whatever the umask is here; on the host its folder keeps everybody out. */
    bool taken = fchmod(file, 0444) == 0 && take(pid, sandbox);
    if (close(file)) taken = failed(path);
    if (!taken) unlink(path);
    return taken;
}

/* ---- what an empty program touches ---- */

/* Stops in its end, when its memory is still there. */
static bool await_end(pid_t pid, const char *sandbox) {
    int status;
    if (ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT)) return failed("ptrace");
    if (!tracee_is_of(pid, sandbox)) return false;   /* and it goes on */
    if (puts("watching") < 0 || fflush(stdout)) return failed("stdout");
    while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8)) return true;
        if (ptrace(PTRACE_CONT, pid, 0, status >> 16 == 0 ? WSTOPSIG(status) : 0)) break;
    }
    return unfit("the process has ended unseen");
}

static bool note_page(uint64_t at, bool written) {
    struct snapshot_run *last = snapshot.runs == 0 ? NULL : &snapshot.run[snapshot.runs - 1];
    if (last != NULL && last->written == written && last->start + (uint64_t)last->pages * SNAPSHOT_PAGE == at) {
        last->pages++;
        return true;
    }
    if (snapshot.runs == SNAPSHOT_MAX_RUNS) return false;   /* the others come when they are needed */
    snapshot.run[snapshot.runs++] = (struct snapshot_run){at, 1, written};
    return true;
}

static bool note_pages(const struct snapshot_area *area) {
    uint64_t entries[CHUNK], count, end = area->start + (area->protection & PROT_READ ? area->bytes : 0);
    for (uint64_t at = area->start; at < end; at += count * SNAPSHOT_PAGE) {
        count = read_pagemap(at, (end - at) / SNAPSHOT_PAGE, entries);
        if (count == 0) return false;
        for (uint64_t i = 0; i < count; i++) {
            bool written = (area->protection & PROT_WRITE) && (entries[i] & OF_FILE) == 0;
            if ((entries[i] & PRESENT) && !note_page(at + i * SNAPSHOT_PAGE, written)) return true;
        }
    }
    return true;
}

static bool note_all(pid_t pid) {
    if (!open_pagemap(pid)) return false;
    for (uint64_t i = 0; i < snapshot.areas; i++)
        if (!note_pages(&snapshot.area[i])) return false;
    snapshot.rehearses = 0;
    return true;
}

bool snapshot_note_touched(pid_t pid, const char *sandbox, const char *path) {
    file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return failed(path);
    if (pread(file, &snapshot, sizeof snapshot, 0) != sizeof snapshot) return failed(path);
    return await_end(pid, sandbox) && note_all(pid) && write_file(&snapshot, sizeof snapshot, 0);
}

#else

bool snapshot_take(pid_t pid, const char *sandbox, const char *file) {
    fprintf(stderr, "snapshot: of process %d in %s, into %s: not on this processor\n", pid, sandbox, file);
    return false;
}

bool snapshot_note_touched(pid_t pid, const char *sandbox, const char *file) {
    return snapshot_take(pid, sandbox, file);
}

#endif
