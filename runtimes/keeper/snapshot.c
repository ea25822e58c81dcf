/* Writes down a process that waits in a system call, from outside of it: its memory, its registers, and what the kernel keeps for it. It is
 * held meanwhile, makes a few harmless calls in our name, and ends with us. */
#include "snapshot.h"

#if defined(__x86_64__)

#include "../agent/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ZERO_RUN = 16,             /* pages; fewer are written down among the others */
    RED_ZONE = 4096,           /* below the stack's end, where nothing of the program's is */
    SYSCALL_BYTES = 2,
    MAX_BYTES = 256 << 20,     /* of all that is written down */
    WAIT_TRIES = 400, WAIT_MICROS = 5000,
    LAST_DESCRIPTOR = 1000,    /* where the job comes from; the others are stdin, stdout and stderr */
    RESTART_FIRST = 512, RESTART_LAST = 516,   /* ERESTARTSYS to ERESTART_RESTARTBLOCK, which only tracers see */
};

static pid_t traced;
static int memory = -1, file = -1;
static struct user_regs_struct held;
static struct snapshot snapshot;
static struct snapshot_area areas[SNAPSHOT_MAX_AREAS];
static uint64_t file_end;

static bool failed(const char *what) {
    fprintf(stderr, "snapshot: %s: %s\n", what, strerror(errno));
    return false;
}

static bool unfit(const char *why) {
    fprintf(stderr, "snapshot: %s\n", why);
    return false;
}

static bool read_memory(uint64_t at, void *into, size_t bytes) {
    return pread(memory, into, bytes, (off_t)at) == (ssize_t)bytes;
}

/* Reads a file of the process's folder in /proc; returns the length, or 0 when it failed, which it tells. */
static size_t read_told(const char *name, void *into, size_t room) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", traced, name);
    int told = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = told < 0 ? -1 : read(told, into, room);
    if (length <= 0) failed(path);
    if (told >= 0) close(told);
    return length < 0 ? 0 : (size_t)length;
}

static bool is_of(const char *box) {
    char text[4096];
    size_t length = read_told("cgroup", text, sizeof text - 1);
    text[length] = 0;
    return strstr(text, box) != NULL || unfit("the process is another one meanwhile");
}

/* An interpreter that has told that it waits may still be on its way there. */
static bool hold(const char *box) {
    if (ptrace(PTRACE_SEIZE, traced, 0, 0)) return failed("ptrace");
    for (int tries = 0; tries < WAIT_TRIES; tries++) {
        int status;
        uint8_t instruction[SYSCALL_BYTES];
        if (ptrace(PTRACE_INTERRUPT, traced, 0, 0) || waitpid(traced, &status, __WALL) != traced || !WIFSTOPPED(status)) return failed("the process does not stop");
        if (!is_of(box)) return false;   /* and goes on */
        if (ptrace(PTRACE_SETOPTIONS, traced, 0, PTRACE_O_EXITKILL)) return failed("ptrace");
        if (ptrace(PTRACE_GETREGS, traced, 0, &held) || !read_memory(held.rip - SYSCALL_BYTES, instruction, sizeof instruction)) return failed("registers");
        long result = (long)held.rax;
        if (status >> 16 == PTRACE_EVENT_STOP && held.orig_rax == SYS_read && result <= -RESTART_FIRST && result >= -RESTART_LAST
            && instruction[0] == 0x0f && instruction[1] == 0x05) return true;
        if (ptrace(PTRACE_CONT, traced, 0, status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status))) return failed("ptrace");
        usleep(WAIT_MICROS);
    }
    return unfit("the process does not wait in a read");
}

/* The process makes a system call of ours where it was making its own. */
static bool call(long number, uint64_t first, uint64_t second, uint64_t third, uint64_t fourth, uint64_t *result) {
    struct user_regs_struct registers = held;
    registers.rip = held.rip - SYSCALL_BYTES;
    registers.orig_rax = (unsigned long long)-1;
    registers.rax = (unsigned long long)number;
    registers.rdi = first, registers.rsi = second, registers.rdx = third, registers.r10 = fourth;
    int status;
    if (ptrace(PTRACE_SETREGS, traced, 0, &registers) || ptrace(PTRACE_SINGLESTEP, traced, 0, 0)
        || waitpid(traced, &status, __WALL) != traced || !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP
        || ptrace(PTRACE_GETREGS, traced, 0, &registers)) return failed("a call in its name");
    *result = registers.rax;
    return true;
}

/* A call that tells something by a pointer, which is its argument number `pointer`. */
static bool ask(long number, uint64_t first, int pointer, uint64_t fourth, void *into, size_t bytes) {
    uint64_t scratch = (held.rsp - RED_ZONE) & ~(uint64_t)63, result;
    if (!call(number, first, pointer == 1 ? scratch : 0, pointer == 2 ? scratch : 0, fourth, &result)) return false;
    errno = (int)-(long)result;
    if (result != 0) return failed("what the kernel keeps for it");
    return read_memory(scratch, into, bytes) || failed("its stack");
}

/* ---- memory ---- */

static bool write_file(const void *bytes, size_t length, uint64_t at) {
    return pwrite(file, bytes, length, (off_t)at) == (ssize_t)length || failed("write");
}

static bool add(uint64_t start, uint64_t bytes, int protection, enum snapshot_kind kind, const uint8_t *content) {
    if (bytes == 0) return true;
    if (snapshot.areas == SNAPSHOT_MAX_AREAS) return unfit("its memory is in too many pieces");
    areas[snapshot.areas++] = (struct snapshot_area){start, bytes, content == NULL ? 0 : file_end, (uint32_t)protection, kind};
    if (content == NULL) return true;
    uint64_t at = file_end;
    file_end += bytes;
    return write_file(content, bytes, at);
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
            if (!add(start + from * SNAPSHOT_PAGE, (page - from) * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON, content + from * SNAPSHOT_PAGE)
                || !add(start + page * SNAPSHOT_PAGE, run * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON, NULL)) return false;
            from = page + run;
        }
        page += run == 0 ? 1 : run;
    }
    return add(start + from * SNAPSHOT_PAGE, (pages - from) * SNAPSHOT_PAGE, protection, SNAPSHOT_COMMON, content + from * SNAPSHOT_PAGE);
}

static bool add_contents(uint64_t start, uint64_t bytes, int protection, bool is_stack) {
    if (bytes > MAX_BYTES - file_end) return unfit("its memory is more than is written down");
    uint8_t *content = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (content == MAP_FAILED) return failed("memory");
    bool good = read_memory(start, content, bytes) || failed("its memory");
    good = good && (is_stack ? add(start, bytes, protection, SNAPSHOT_STACK, content) : add_pieces(start, bytes, protection, content));
    munmap(content, bytes);
    return good;
}

static bool add_kernel_area(uint64_t start, uint64_t bytes, const char *name) {
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++) {
        struct snapshot_kernel_area *area = &snapshot.kernel[i];
        if (area->bytes != 0) continue;
        *area = (struct snapshot_kernel_area){.start = start, .bytes = bytes};
        snprintf(area->name, sizeof area->name, "%s", name);
        return true;
    }
    return unfit("the kernel has more areas of its own in it than are known");
}

static bool add_area(uint64_t start, uint64_t end, const char *rights, const char *name, bool wiped) {
    if (strcmp(name, "[vsyscall]") == 0) return true;
    if (strncmp(name, "[v", 2) == 0) return add_kernel_area(start, end - start, name);
    if (start < STAGE_START + STAGE_BYTES && end > STAGE_START) return unfit("its memory is in the way");
    int protection = (rights[0] == 'r' ? PROT_READ : 0) | (rights[1] == 'w' ? PROT_WRITE : 0) | (rights[2] == 'x' ? PROT_EXEC : 0);
    if (rights[3] == 's' && (protection & PROT_WRITE)) return unfit("it shares memory");
    /* what a child would find wiped, such as the state of the C library's random numbers, nobody is to find */
    if (wiped) return add(start, end - start, protection, SNAPSHOT_WIPED, NULL);
    if ((protection & PROT_READ) == 0) return add(start, end - start, protection, SNAPSHOT_COMMON, NULL);
    return add_contents(start, end - start, protection, strcmp(name, "[stack]") == 0);
}

/* smaps tells of each area in several lines, of which the first has its place and the last its flags. */
static bool write_memory_down(void) {
    char path[64], rights[5] = "", name[32] = "", *line = NULL;
    size_t room = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps", traced);
    FILE *maps = fopen(path, "re");
    if (maps == NULL) return failed(path);
    bool good = true;
    unsigned long long start = 0, end = 0;
    while (good && getline(&line, &room, maps) > 0) {
        unsigned long long from, to;
        if (sscanf(line, "%llx-%llx", &from, &to) == 2) {
            start = from, end = to, name[0] = 0;
            good = sscanf(line, "%*s %4s %*s %*s %*s %31s", rights, name) >= 1 || failed(path);
        } else if (strncmp(line, "VmFlags:", 8) == 0) {
            good = add_area(start, end, rights, name, strstr(line, " wf") != NULL);
            end = 0;
        }
    }
    free(line);
    fclose(maps);
    return good && (end == 0 || unfit("the kernel does not tell what is wiped in children"));
}

/* ---- what the kernel keeps ---- */

/* Files, timers and the like that a program has opened at its start would be missing. */
static bool has_nothing_open(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", traced);
    DIR *folder = opendir(path);
    if (folder == NULL) return failed(path);
    bool good = true;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        int number = atoi(entry->d_name);
        good = good && (entry->d_name[0] == '.' || number <= STDERR_FILENO || number == LAST_DESCRIPTOR);
    }
    closedir(folder);
    return good || unfit("it has files open");
}

static bool inner_pid(long *pid) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", traced);
    FILE *status = fopen(path, "re");
    if (status == NULL) return failed(path);
    long threads = 0;
    *pid = 0;
    while (fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "NSpid:", 6) == 0) *pid = atol(strrchr(line, '\t') + 1);
        if (strncmp(line, "Threads:", 8) == 0) threads = atol(line + 8);
    }
    fclose(status);
    return threads == 1 ? true : unfit("it has more than one thread");
}

/* start_code and end_code are fields 26 and 27 of stat, start_data to env_end 45 to 51: proc(5) */
static bool write_map_down(void) {
    char text[2048];
    size_t length = read_told("stat", text, sizeof text - 1);
    text[length] = 0;
    uint64_t fields[64] = {0};
    int field = 2;
    const char *open_name = strchr(text, '('), *close_name = strrchr(text, ')');
    if (open_name == NULL || close_name == NULL) return unfit("the kernel does not tell where its memory begins");
    snprintf(snapshot.name, sizeof snapshot.name, "%.*s", (int)(close_name - open_name - 1), open_name + 1);
    for (char *at = strtok((char *)close_name + 1, " "); at != NULL && ++field < 64; at = strtok(NULL, " ")) fields[field] = strtoull(at, NULL, 10);
    uint64_t brk;
    if (!call(SYS_brk, 0, 0, 0, 0, &brk)) return false;
    snapshot.map = (struct prctl_mm_map){
        .start_code = fields[26], .end_code = fields[27], .start_stack = fields[28], .start_data = fields[45], .end_data = fields[46],
        .start_brk = fields[47], .brk = brk, .arg_start = fields[48], .arg_end = fields[49], .env_start = fields[50], .env_end = fields[51],
        .exe_fd = (uint32_t)-1,
    };
    length = read_told("auxv", snapshot.auxiliary, sizeof snapshot.auxiliary);
    if (length == 0) return false;
    snapshot.map.auxv_size = (uint32_t)length;
    return true;
}

static bool write_kernel_state_down(void) {
    for (int number = 1; number <= SNAPSHOT_SIGNALS; number++) {
        if (!ask(SYS_rt_sigaction, (uint64_t)number, 2, 8, &snapshot.actions[number - 1], sizeof snapshot.actions[0])) return false;
    }
    struct __ptrace_rseq_configuration rseq = {0};
    if (ptrace(PTRACE_GET_RSEQ_CONFIGURATION, traced, sizeof rseq, &rseq) != sizeof rseq) return failed("rseq");
    snapshot.rseq_address = rseq.rseq_abi_pointer, snapshot.rseq_bytes = rseq.rseq_abi_size, snapshot.rseq_signature = rseq.signature;
    void *robust;
    size_t robust_bytes;
    if (syscall(SYS_get_robust_list, traced, &robust, &robust_bytes)) return failed("robust list");
    snapshot.robust_list = (uint64_t)(uintptr_t)robust, snapshot.robust_bytes = robust_bytes;
    long pid = 0;
    int32_t known = 0;
    if (!ask(SYS_prctl, PR_GET_TID_ADDRESS, 1, 0, &snapshot.tid_address, sizeof snapshot.tid_address) || !inner_pid(&pid)) return false;
    if (!read_memory(snapshot.tid_address, &known, sizeof known) || known != pid) return unfit("its C library keeps its thread's number elsewhere");
    snapshot.fs_base = held.fs_base;
    return write_map_down();
}

/* It makes its interrupted call once more. */
static bool write_registers_down(void) {
    ucontext_t *context = &snapshot.context;
    long long *to = (long long *)context->uc_mcontext.gregs;
    to[REG_R8] = (long long)held.r8, to[REG_R9] = (long long)held.r9, to[REG_R10] = (long long)held.r10, to[REG_R11] = (long long)held.r11;
    to[REG_R12] = (long long)held.r12, to[REG_R13] = (long long)held.r13, to[REG_R14] = (long long)held.r14, to[REG_R15] = (long long)held.r15;
    to[REG_RDI] = (long long)held.rdi, to[REG_RSI] = (long long)held.rsi, to[REG_RBP] = (long long)held.rbp, to[REG_RBX] = (long long)held.rbx;
    to[REG_RDX] = (long long)held.rdx, to[REG_RCX] = (long long)held.rcx, to[REG_RSP] = (long long)held.rsp;
    to[REG_RAX] = (long long)held.orig_rax, to[REG_RIP] = (long long)(held.rip - SYSCALL_BYTES), to[REG_EFL] = (long long)held.eflags;
    to[REG_CSGSFS] = (long long)(held.cs | held.ss << 48);
    context->uc_flags = 0x6;   /* UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS */
    uint64_t mask;
    if (!ask(SYS_sigaltstack, 0, 1, 0, &context->uc_stack, sizeof context->uc_stack)) return false;
    if (ptrace(PTRACE_GETSIGMASK, traced, sizeof mask, &mask)) return failed("signal mask");
    memcpy(&context->uc_sigmask, &mask, sizeof mask);
    return true;
}

static bool take(const char *box) {
    file_end = (sizeof snapshot + sizeof areas + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE * SNAPSHOT_PAGE;
    snapshot.magic = SNAPSHOT_MAGIC;
    snapshot.bytes = sizeof snapshot;
    return hold(box) && has_nothing_open() && write_memory_down() && write_kernel_state_down() && write_registers_down()
        && write_file(&snapshot, sizeof snapshot, 0) && write_file(areas, sizeof areas, sizeof snapshot);
}

bool snapshot_take(pid_t pid, const char *box, const char *path) {
    char name[64];
    traced = pid;
    snprintf(name, sizeof name, "/proc/%d/mem", pid);
    memory = open(name, O_RDONLY | O_CLOEXEC);
    if (memory < 0) return failed(name);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (file < 0) return failed(path);
    /* The program's user reads it in the sandbox, whatever the umask is here; on the host its folder keeps everybody out. */
    bool taken = fchmod(file, 0444) == 0 && take(box);
    if (close(file)) taken = failed(path);
    close(memory);
    if (!taken) unlink(path);
    return taken;
}

#else

#include <stdio.h>

bool snapshot_take(pid_t pid, const char *box, const char *file) {
    fprintf(stderr, "snapshot: of process %d in %s, into %s: not on this processor\n", pid, box, file);
    return false;
}

#endif
