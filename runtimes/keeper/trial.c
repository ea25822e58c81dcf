/* A sandbox with one layer, which holds the folders that a sandbox needs and this program: with a mount of each kind, limits, users of its own
 * and a filter, as every sandbox has. */
#include "trial.h"
#include "groups.h"
#include "mounts.h"
#include "sandbox.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER "alive"

enum { FIRST_USER = 0x70000000, PATIENCE_MILLIS = 10000, GROUPS_PATIENCE = 200, GROUPS_POLL_MICROS = 10000, REFUSED = 1 };

static const char LIMITS_V1[] = "limit\tmemory.limit_in_bytes\t67108864\nlimit\tcpu.cfs_quota_us\t100000\n";
static const char LIMITS_V2[] = "limit\tmemory.max\t67108864\nlimit\tcpu.max\t100000 100000\n";
static const char PLAN[] =
    "limit\tpids.max\t16\n"
    "score\t500\n"
    "mount\tproc\t/proc\tnosuid,noexec,nodev\n"
    "mount\ttmpfs\t/dev\tnosuid,mode=755,size=64k,uid=0,gid=0\n"
    "mount\tdevpts\t/dev/pts\tnosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5\n"
    "mount\tmqueue\t/dev/mqueue\tnosuid,noexec,nodev\n"
    "mount\tsysfs\t/sys\tnosuid,noexec,nodev,ro\n"
    "mount\tcgroup\t/sys/fs/cgroup\tnosuid,noexec,nodev,relatime,ro\n"
    "mount\ttmpfs\t/work\tnosuid,nodev,mode=700,size=64k,uid=1000,gid=1000\n"
    "device\tnull\t1\t3\n"
    "mask\t/proc/kcore\n"
    "read-only\t/proc/sys\n"
    "hostname\tsandbox\n"
    "files\t64\n"
    "capability\tKILL\n"
    "folder\t/work\n"
    "arg\t/keeper\narg\t--alive\n";

int trial_program(void) {
    return write(STDOUT_FILENO, ANSWER, strlen(ANSWER)) == (ssize_t)strlen(ANSWER) ? 0 : 1;
}

static int refuse(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return REFUSED;
}

/* ---- what a container may lack of what root has ---- */

static const struct { const char *name; int number; } RIGHTS[] = {
    {"SYS_ADMIN", CAP_SYS_ADMIN}, {"NET_ADMIN", CAP_NET_ADMIN}, {"SETUID", CAP_SETUID}, {"SETGID", CAP_SETGID}, {"SETPCAP", CAP_SETPCAP}, {"KILL", CAP_KILL},
    {"MKNOD", CAP_MKNOD}, {"CHOWN", CAP_CHOWN}, {"DAC_OVERRIDE", CAP_DAC_OVERRIDE},
};

static bool has_rights(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {0};
    char missing[512] = "";
    size_t used = 0;
    if (syscall(SYS_capget, &header, sets)) return true;
    uint64_t rights = (uint64_t)sets[1].effective << 32 | sets[0].effective;
    for (size_t i = 0; i < sizeof RIGHTS / sizeof *RIGHTS; i++)
        if ((rights >> RIGHTS[i].number & 1) == 0) used += (size_t)snprintf(missing + used, sizeof missing - used, " --cap-add %s", RIGHTS[i].name);
    if (used > 0 && geteuid() != 0) fprintf(stderr, "only root can make sandboxes\n");
    else if (used > 0) fprintf(stderr, "capabilities are missing; root has them, a container gets them by%s\n", missing);
    return used == 0;
}

static bool file_has(const char *path, const char *word) {
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) found = strstr(line, word) != NULL;
    if (file != NULL) fclose(file);
    return found;
}

static bool knows_groups;   /* else nothing is known of them yet */

/* Behind the reason: what is known to forbid such a thing. */
static void advise(void) {
    if (knows_groups && access(sandbox_groups_parent(), W_OK)) fprintf(stderr, "/sys/fs/cgroup is read-only; a container gets it by -v /sys/fs/cgroup:/sys/fs/cgroup\n");
    if (file_has("/proc/self/status", "Seccomp:\t2")) fprintf(stderr, "system calls are filtered; a container gets those that are needed by --security-opt seccomp=deploy/image/seccomp.json\n");
    if (file_has("/proc/self/attr/current", "(enforce)")) fprintf(stderr, "an AppArmor profile is in force; a container gets rid of it by --security-opt apparmor=unconfined\n");
}

static bool write_file(const char *path, const void *content, size_t length) {
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool written = file >= 0 && write(file, content, length) == (ssize_t)length;
    if (file >= 0) close(file);
    return written;
}

static bool copy_this_program(const char *to) {
    struct stat status;
    int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    bool copied = in >= 0 && out >= 0 && fstat(in, &status) == 0;
    for (off_t at = 0; copied && at < status.st_size;) copied = sendfile(out, in, &at, (size_t)(status.st_size - at)) > 0;
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    return copied;
}

struct places {
    char folder[512], layers[544], root[544], layer[544], plan[544], filter[544], groups[544], log[544];
};

static void name(char place[static 544], const char *folder, const char *what) {
    snprintf(place, 544, "%s/%s", folder, what);
}

static bool make_places(struct places *places, const char *folder) {
    static const char *const LAYER[] = {"proc", "dev", "sys", "work"};
    snprintf(places->folder, sizeof places->folder, "%s/.trial-XXXXXX", folder);
    if (mkdtemp(places->folder) == NULL) {
        places->folder[0] = 0;
        return false;
    }
    name(places->layers, places->folder, "layers");
    name(places->root, places->folder, "root");
    name(places->layer, places->folder, "layers/program");
    name(places->plan, places->folder, "plan");
    name(places->filter, places->folder, "filter");
    name(places->groups, places->folder, "groups");
    name(places->log, places->folder, "log");
    char path[640];
    snprintf(path, sizeof path, "%s/empty", places->layers);
    if (mkdir(places->layers, 0755) || mkdir(places->root, 0755) || mkdir(places->layer, 0755) || mkdir(path, 0755)) return false;
    for (size_t i = 0; i < sizeof LAYER / sizeof *LAYER; i++) {
        snprintf(path, sizeof path, "%s/%s", places->layer, LAYER[i]);
        if (mkdir(path, 0755)) return false;
    }
    snprintf(path, sizeof path, "%s/keeper", places->layer);
    return copy_this_program(path);
}

static bool write_plan(const struct places *places) {
    static const struct sock_filter ALLOW[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const char *limits = sandbox_has_unified_groups() ? LIMITS_V2 : LIMITS_V1;
    char filter[600];
    int length = snprintf(filter, sizeof filter, "filter\t%s\n", places->filter);
    return write_file(places->filter, ALLOW, sizeof ALLOW) && write_file(places->plan, limits, strlen(limits))
        && write_file(places->plan, PLAN, strlen(PLAN)) && write_file(places->plan, filter, (size_t)length);
}

/* Without user namespaces sandboxes have the host's users: a warning of the service, and no reason against it. */
static uint32_t first_user(void) {
    int users = users_make(FIRST_USER);
    if (users < 0) return 0;
    close(users);
    return FIRST_USER;
}

static bool answers(int connection) {
    char answer[64];
    size_t length = 0;
    struct pollfd poller = {connection, POLLIN, 0};
    while (length < sizeof answer - 1 && poll(&poller, 1, PATIENCE_MILLIS) == 1) {
        ssize_t got = read(connection, answer + length, sizeof answer - 1 - length);
        if (got <= 0) break;
        length += (size_t)got;
    }
    answer[length] = 0;
    return strcmp(answer, ANSWER) == 0;
}

static int say_why(const char *log) {
    char words[512];
    int file = open(log, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, words, sizeof words - 1);
    if (file >= 0) close(file);
    words[length > 0 ? length : 0] = 0;
    fprintf(stderr, "%s", length > 0 ? words : "the sandbox did not answer\n");
    return REFUSED;
}

static int run(const struct places *places, const char *id) {
    int ends[2], log = open(places->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) return refuse(places->log);
    struct sandbox_order order = {ends[1], log, id, {places->root, places->layers, "program:empty"}, places->plan, first_user()};
    pid_t pid = sandbox_start(&order);
    close(ends[1]);
    close(log);
    bool alive = pid > 0 && answers(ends[0]);
    close(ends[0]);
    int status = 0;
    if (pid > 0 && !alive) kill(pid, SIGKILL);
    if (pid > 0) waitpid(pid, &status, 0);
    for (int i = 0; i < GROUPS_PATIENCE && !sandbox_remove_groups(id); i++) usleep(GROUPS_POLL_MICROS);
    return alive && status == 0 ? 0 : say_why(places->log);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static bool make_folders(const char *path) {
    char part[512];
    if (snprintf(part, sizeof part, "%s", path) >= 400) errno = ENAMETOOLONG;
    else {
        for (char *at = strchr(part + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
            *at = 0;
            if (mkdir(part, 0755) && errno != EEXIST) return false;
            *at = '/';
        }
        if (mkdir(part, 0700) == 0 || errno == EEXIST) return true;
    }
    return false;
}

static int try_in(struct places *places, const char *folder) {
    char id[64];
    snprintf(id, sizeof id, "trial-%d", getpid());
    const char *failed = groups_own();
    if (failed != NULL) return refuse(failed);
    if (!make_places(places, folder)) return refuse(folder);
    failed = own_mounts(places->groups);
    if (failed != NULL) return refuse(failed);
    sandbox_prepare();
    knows_groups = true;
    return write_plan(places) ? run(places, id) : refuse(places->plan);
}

int trial(const char *folder) {
    struct places places = {.folder = ""};
    if (!has_rights()) return REFUSED;
    if (!make_folders(folder)) return refuse(folder);
    int result = try_in(&places, folder);
    if (result != 0) advise();
    if (places.folder[0] != 0) nftw(places.folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    return result;
}
