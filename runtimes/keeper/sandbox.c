/* A plan says what a sandbox is held by, a step a line, words between tabs; \t, \n and \\ stand for those characters. What may stand in it:
 *   limit FILE VALUE            a control group's file: memory.max, pids.max, …
 *   score VALUE                 oom_score_adj
 *   mount TYPE PLACE OPTIONS    a new file system, uid= and gid= as the sandbox's users are numbered; for the type cgroup, the sandbox's own control groups
 *   device NAME MAJOR MINOR     in /dev, for everybody
 *   sysctl NAME VALUE           of its network
 *   mask PATH                   nobody reads it
 *   read-only PATH
 *   hostname NAME
 *   files COUNT                 open files
 *   capability NAME             kept; all others go
 *   filter FILE                 the system calls that are allowed, as seccomp(2) takes it
 *   folder PATH                 where the program starts
 *   env NAME=VALUE
 *   arg WORD                    the program and its arguments, an absolute path first
 *
 * The order is not the plan's but the one below: first what needs the host's files, then the new root, then what takes rights away. Until
 * the program starts, nobody else is in the sandbox. The image may be a stranger's: no link in it is followed, and the host's root must be out
 * of reach before anything of the image runs. */
#include "sandbox.h"
#include "users.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"
#define PARENT "mayfly"

enum { MAX_WORDS = 4, MAX_LIST = 256, MAX_FILTER = 4096, MAX_PLAN = 1 << 20, MAX_MOUNT_OPTIONS = 4096, BROKEN = 126 };

/* Of cgroup v1, the hierarchies with what a sandbox is limited and counted by. */
static const char *const CONTROLLERS[] = {"memory", "pids", "cpu", "cpuacct"};
enum { CONTROLLER_COUNT = sizeof CONTROLLERS / sizeof *CONTROLLERS };

static _Noreturn void fail(const char *what, const char *which) {
    dprintf(STDERR_FILENO, "%s %s: %s\n", what, which, strerror(errno));
    _exit(BROKEN);
}

static bool unified;   /* the host has cgroup v2 alone */
static uint32_t first_user;   /* the host's number of this sandbox's root; 0 where they are the same */

static void put(const char *path, const char *value) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, value, strlen(value)) < 0) fail(path, value);
    close(file);
}

/* ---- the plan ---- */

struct step {
    char *words[MAX_WORDS];   /* those that are missing are empty */
};

static struct step *steps;
static size_t step_count;

static void unescape(char *word) {
    char *to = word;
    for (const char *from = word; *from != 0; from++) {
        if (*from != '\\') *to++ = *from;
        else if (*++from == 0) break;
        else *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from;
    }
    *to = 0;
}

/* Returns how much was read; a file that is longer than the room does not fit. */
static size_t read_whole(int file, void *into, size_t room, const char *path) {
    ssize_t length = file < 0 ? -1 : read(file, into, room);
    if (length == 0 || (size_t)length == room) errno = EINVAL;
    if (length <= 0 || (size_t)length == room) fail("read", path);
    close(file);
    return (size_t)length;
}

static void read_plan(const char *path) {
    char *text = malloc(MAX_PLAN);
    if (text == NULL) fail("plan", path);
    text[read_whole(open(path, O_RDONLY | O_CLOEXEC), text, MAX_PLAN, path)] = 0;
    size_t lines = 0;
    for (const char *at = text; *at != 0; at++) lines += *at == '\n';
    steps = calloc(lines + 1, sizeof *steps);
    if (steps == NULL) fail("plan", path);
    for (char *line = strsep(&text, "\n"); line != NULL && step_count < lines; line = strsep(&text, "\n")) {
        struct step *step = &steps[step_count++];
        for (int i = 0; i < MAX_WORDS; i++) {
            char *word = line == NULL ? NULL : strsep(&line, "\t");
            step->words[i] = word == NULL ? "" : word;
            if (word != NULL) unescape(word);
        }
    }
}

/* The next step of this kind after `from`, or the first one of all for NULL; NULL when there is none. */
static const struct step *next(const char *kind, const struct step *from) {
    for (const struct step *step = from == NULL ? steps : from + 1; step < steps + step_count; step++)
        if (strcmp(step->words[0], kind) == 0) return step;
    return NULL;
}

#define EACH(step, kind) for (const struct step *step = next(kind, NULL); step != NULL; step = next(kind, step))

static const char *only(const char *kind) {
    const struct step *step = next(kind, NULL);
    errno = EINVAL;
    if (step == NULL) fail("the plan lacks", kind);
    return step->words[1];
}

static size_t list(const char *kind, char **into) {
    size_t count = 0;
    EACH(step, kind) {
        errno = E2BIG;
        if (count == MAX_LIST) fail("too many of", kind);
        into[count++] = step->words[1];
    }
    into[count] = NULL;
    return count;
}

/* ---- control groups ---- */

static int group_count(void) {
    return unified ? 1 : CONTROLLER_COUNT;
}

static void group(char path[static 512], int which, const char *id) {
    if (unified) snprintf(path, 512, GROUPS "/" PARENT "/%s", id);
    else snprintf(path, 512, GROUPS "/%s/" PARENT "/%s", CONTROLLERS[which], id);
}

/* By the keeper: a sandbox that it did not outlive can only enter groups that the process which clears up behind it has found. Two hierarchies may be one
 * under two names. */
static bool make_groups(const char *id) {
    char path[512];
    for (int which = 0; which < group_count(); which++) {
        group(path, which, id);
        if (mkdir(path, 0755) && errno != EEXIST) return false;
    }
    return true;
}

const char *sandbox_groups_parent(void) {
    return unified ? GROUPS "/" PARENT : GROUPS "/pids/" PARENT;
}

bool sandbox_has_unified_groups(void) {
    return unified;
}

void sandbox_prepare(void) {
    struct statfs place;
    unified = statfs(GROUPS, &place) == 0 && place.f_type == CGROUP2_SUPER_MAGIC;
    if (unified) {
        /* a hierarchy that does not offer a controller says so when a sandbox asks for it */
        static const char *const places[] = {GROUPS "/cgroup.subtree_control", GROUPS "/" PARENT "/cgroup.subtree_control"};
        if (mkdir(GROUPS "/" PARENT, 0755) && errno != EEXIST) perror(GROUPS "/" PARENT);
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            for (int which = 0; which < 3; which++) {
                char word[16];
                int file = open(places[i], O_WRONLY | O_CLOEXEC), length = snprintf(word, sizeof word, "+%s", CONTROLLERS[which]);
                if (file >= 0 && write(file, word, (size_t)length) < 0) perror(places[i]);
                if (file >= 0) close(file);
            }
        }
        return;
    }
    for (int which = 0; which < CONTROLLER_COUNT; which++) {
        char path[512];
        snprintf(path, sizeof path, GROUPS "/%s/" PARENT, CONTROLLERS[which]);
        if (mkdir(path, 0755) && errno != EEXIST) perror(path);
    }
}

static void enter_groups(const char *id) {
    char path[512], file[1024];
    EACH(step, "limit") {
        int which = 0;
        size_t length = strcspn(step->words[1], ".");
        while (!unified && which < CONTROLLER_COUNT - 1
            && (strlen(CONTROLLERS[which]) != length || strncmp(CONTROLLERS[which], step->words[1], length) != 0)) which++;
        group(path, which, id);
        snprintf(file, sizeof file, "%s/%s", path, step->words[1]);
        put(file, step->words[2]);
    }
    for (int which = 0; which < group_count(); which++) {
        group(path, which, id);
        snprintf(file, sizeof file, "%s/cgroup.procs", path);
        put(file, "0");
    }
    if (unshare(CLONE_NEWCGROUP)) fail("namespace", "cgroup");
}

bool sandbox_remove_groups(const char *id) {
    bool gone = true;
    for (int which = 0; which < group_count(); which++) {
        char path[512];
        group(path, which, id);
        if (rmdir(path) && errno != ENOENT) gone = false;
    }
    return gone;
}

/* ---- mounts ---- */

static const struct { const char *word; unsigned long flag; } OPTIONS[] = {
    {"rw", 0}, {"exec", 0}, {"ro", MS_RDONLY}, {"nosuid", MS_NOSUID}, {"nodev", MS_NODEV}, {"noexec", MS_NOEXEC}, {"relatime", MS_RELATIME},
    {"strictatime", MS_STRICTATIME},
};

/* Users and groups in a plan are those of the sandbox, and a mount is made with those of the host. */
static int host_option(char *to, size_t room, const char *option, int length) {
    bool is_id = length > 4 && (strncmp(option, "uid=", 4) == 0 || strncmp(option, "gid=", 4) == 0);
    if (!is_id) return snprintf(to, room, "%.*s", length, option);
    return snprintf(to, room, "%.4s%lu", option, strtoul(option + 4, NULL, 10) + first_user);
}

/* Takes the flags out of a list of options; what stays is the file system's own. */
static unsigned long flags_of(const char *options, char data[static 512]) {
    unsigned long flags = 0;
    size_t used = 0;
    data[0] = 0;
    for (const char *at = options; *at != 0;) {
        size_t length = strcspn(at, ",");
        bool known = false;
        for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS && !known; i++) {
            known = strlen(OPTIONS[i].word) == length && strncmp(OPTIONS[i].word, at, length) == 0;
            if (known) flags |= OPTIONS[i].flag;
        }
        errno = E2BIG;
        if (!known && used + length + 16 > 512) fail("options", options);
        if (!known && used > 0) data[used++] = ',';
        if (!known) used += (size_t)host_option(data + used, 512 - used, at, (int)length);
        at += length + (at[length] == ',');
    }
    return flags;
}

static void bind_read_only(const char *from, const char *to, unsigned long flags) {
    if (mount(from, to, NULL, MS_BIND, NULL) || mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL)) fail("read-only", to);
}

/* v1: only the hierarchies that a sandbox is held by, each at its own group, whose folders were opened on the host. */
static void mount_groups_v1(const char *place, const char *options, const int *folders) {
    char data[512], from[64], to[512];
    unsigned long flags = flags_of(options, data) & ~(unsigned long)MS_RDONLY;
    char own[64];
    snprintf(own, sizeof own, "mode=755,size=64k,uid=%u,gid=%u", first_user, first_user);
    if (mount("tmpfs", place, "tmpfs", flags, own)) fail("mount", place);
    for (int which = 0; which < CONTROLLER_COUNT; which++) {
        snprintf(to, sizeof to, "%s/%s", place, CONTROLLERS[which]);
        snprintf(from, sizeof from, "/proc/self/fd/%d", folders[which]);
        if (mkdir(to, 0755)) fail("folder", to);
        bind_read_only(from, to, flags);
    }
    if (mount(NULL, place, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, NULL)) fail("read-only", place);
}

/* All but the last part of a place is a file system that was mounted just before, and so has no link of the image's. */
static void make_place(const char *place) {
    struct stat there;
    if (lstat(place, &there)) {
        if (mkdir(place, 0755)) fail("folder", place);
    } else if (!S_ISDIR(there.st_mode)) {
        errno = ENOTDIR;
        fail("the image's", place);
    }
}

static void mount_all(const int *groups) {
    EACH(step, "mount") {
        const char *type = step->words[1], *place = step->words[2], *options = step->words[3];
        char data[512];
        unsigned long flags = flags_of(options, data);
        make_place(place);
        if (strcmp(type, "cgroup") != 0) {
            if (mount(type, place, type, flags, data)) fail("mount", place);
        } else if (unified) {
            if (mount("cgroup2", place, "cgroup2", flags, NULL)) fail("mount", place);
        } else {
            mount_groups_v1(place, options, groups);
        }
    }
}

static void make_devices(void) {
    static const char *const links[][2] = {
        {"/proc/self/fd", "/dev/fd"}, {"/proc/self/fd/0", "/dev/stdin"}, {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"},
        {"pts/ptmx", "/dev/ptmx"},
    };
    mode_t mask = umask(0);
    EACH(step, "device") {
        char path[64];
        snprintf(path, sizeof path, "/dev/%s", step->words[1]);
        if (mknod(path, S_IFCHR | 0666, makedev((unsigned)atoi(step->words[2]), (unsigned)atoi(step->words[3])))
            || chown(path, first_user, first_user)) fail("device", path);
    }
    umask(mask);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]) || lchown(links[i][1], first_user, first_user)) fail("link", links[i][1]);
}

/* What a kernel does not have need not be hidden. All folders show the same empty one. What is read-only comes first: it would lie
 * above what is hidden in it. */
static void hide(void) {
    EACH(step, "read-only") {
        if (access(step->words[1], F_OK) == 0) bind_read_only(step->words[1], step->words[1], MS_NOSUID | MS_NODEV | MS_NOEXEC);
    }
    const char *empty = NULL;
    EACH(step, "mask") {
        struct stat status;
        const char *path = step->words[1];
        if (stat(path, &status)) continue;
        const char *cover = S_ISDIR(status.st_mode) ? empty : "/dev/null";
        if (cover != NULL ? mount(cover, path, NULL, MS_BIND, NULL)
                : mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0k")) fail("mask", path);
        if (cover == NULL) empty = path;
    }
}

static void set_sysctls(void) {
    EACH(step, "sysctl") {
        char path[256];
        snprintf(path, sizeof path, "/proc/sys/%s", step->words[1]);
        for (char *at = path; *at != 0; at++)
            if (*at == '.') *at = '/';
        put(path, step->words[2]);
    }
}

/* In the sandbox the image's files are to be those of its own users. Where the kernel (before 5.12) or the folder's file system cannot do that,
 * they are nobody's, which programs may see and nothing else comes of. */
static bool show_as_own(const char *folder, int users) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)users};
    int tree = users < 0 ? -1 : (int)syscall(SYS_open_tree, AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    bool shown = tree >= 0 && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0
        && syscall(SYS_move_mount, tree, "", AT_FDCWD, folder, MOVE_MOUNT_F_EMPTY_PATH) == 0;
    if (tree >= 0) close(tree);
    return shown;
}

/* The layers by their descriptors, so that the mount's options, which everybody in the sandbox can read, name no folder of the host. */
static bool mount_layers(const struct sandbox_root *root) {
    char options[MAX_MOUNT_OPTIONS] = "lowerdir=", names[MAX_MOUNT_OPTIONS], *rest = names;
    size_t used = strlen(options);
    errno = E2BIG;
    if (snprintf(names, sizeof names, "%s", root->layers) >= (int)sizeof names) return false;
    int folder = open(root->folder, O_PATH | O_DIRECTORY | O_CLOEXEC), last = folder;
    for (char *name = strsep(&rest, ":"); name != NULL && last >= 0; name = strsep(&rest, ":")) {
        last = openat(folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        used += (size_t)snprintf(options + used, sizeof options - used, "%s/proc/self/fd/%d", used > 9 ? ":" : "", last);
        if (used >= sizeof options) errno = E2BIG, last = -1;
    }
    bool mounted = last >= 0 && mount("overlay", root->place, "overlay", MS_RDONLY | MS_NODEV | MS_NOSUID, options) == 0;
    return mounted;   /* the descriptors go with the next exec */
}

bool sandbox_mount_root(const struct sandbox_root *root, int users) {
    if (show_as_own(root->folder, users)) {
        if (mount_layers(root)) return true;
        umount2(root->folder, MNT_DETACH);   /* before 5.19 overlays take no such mounts */
    }
    return mount_layers(root);
}

static void new_root(const struct sandbox_order *order, int users) {
    int groups[CONTROLLER_COUNT] = {-1, -1, -1, -1};
    char path[512];
    for (int which = 0; !unified && which < CONTROLLER_COUNT; which++) {
        group(path, which, order->id);
        groups[which] = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (groups[which] < 0) fail("group", path);
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail("private", "mounts");
    if (!sandbox_mount_root(&order->root, users)) fail("the root file system of", order->root.layers);
    /* The old root now lies on top of the new one, and is what "." and "/.." lead to. */
    if (chdir(order->root.place) || syscall(SYS_pivot_root, ".", ".")) fail("root", order->root.place);
    mount_all(groups);
    make_devices();
    set_sysctls();
    hide();
    struct stat root, above;
    if (umount2(".", MNT_DETACH) || stat("/", &root) || stat("/..", &above)) fail("unmount", "the host");
    errno = EBUSY;
    if (root.st_dev != above.st_dev || root.st_ino != above.st_ino) fail("unmount", "the host");
    for (int which = 0; which < CONTROLLER_COUNT; which++)
        if (groups[which] >= 0) close(groups[which]);
}

/* ---- network ---- */

/* The sandbox's only interface, which nobody in it may change. */
static void loopback_up(void) {
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0 || ioctl(any, SIOCSIFFLAGS, &request)) fail("network", "lo");
    close(any);
}

/* ---- rights ---- */

static const struct { const char *name; int number; } CAPABILITIES[] = {
    {"SETUID", CAP_SETUID}, {"SETGID", CAP_SETGID}, {"SETPCAP", CAP_SETPCAP}, {"KILL", CAP_KILL},
};

static uint64_t kept_capabilities(void) {
    uint64_t kept = 0;
    EACH(step, "capability") {
        uint64_t before = kept;
        for (size_t i = 0; i < sizeof CAPABILITIES / sizeof *CAPABILITIES; i++)
            if (strcmp(CAPABILITIES[i].name, step->words[1]) == 0) kept |= UINT64_C(1) << CAPABILITIES[i].number;
        errno = EINVAL;
        if (kept == before) fail("capability", step->words[1]);
    }
    return kept;
}

/* Last of all it gets users of its own: what was made before is the host's, and its root has no right to any of it. */
static void drop_rights(int users) {
    uint64_t kept = kept_capabilities();
    if (users >= 0 && setns(users, CLONE_NEWUSER)) fail("users", "of its own");
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++)
        if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability)) fail("drop", "capability");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) fail("drop", "ambient capabilities");
    if (setgroups(0, NULL) || setresgid(0, 0, 0) || setresuid(0, 0, 0)) fail("become", "root");
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2] = {
        {(uint32_t)kept, (uint32_t)kept, 0}, {(uint32_t)(kept >> 32), (uint32_t)(kept >> 32), 0},
    };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_capset, &header, sets)) fail("drop", "capabilities");
}

static struct sock_fprog read_filter(void) {
    static struct sock_filter filter[MAX_FILTER];
    const char *path = only("filter");
    size_t length = read_whole(open(path, O_RDONLY | O_CLOEXEC), filter, sizeof filter, path);
    return (struct sock_fprog){(unsigned short)(length / sizeof *filter), filter};
}

static _Noreturn void become(const struct sandbox_order *order, int users) {
    enum { USERS = 3 };
    if (dup2(order->connection, 0) < 0 || dup2(order->connection, 1) < 0 || dup2(order->log, 2) < 0) _exit(BROKEN);
    if (users >= 0 && users != USERS && dup3(users, USERS, O_CLOEXEC) < 0) fail("close", "files");
    if (users >= 0) users = USERS;
    if (syscall(SYS_close_range, users >= 0 ? USERS + 1 : USERS, ~0U, 0) && errno != ENOSYS) fail("close", "files");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (setsid() < 0) fail("session", order->id);
    syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);   /* a kernel without keys has none of the host's */

    read_plan(order->plan);
    struct sock_fprog filter = read_filter();
    put("/proc/self/oom_score_adj", only("score"));
    enter_groups(order->id);
    loopback_up();
    new_root(order, users);

    const char *hostname = only("hostname"), *folder = only("folder");
    if (sethostname(hostname, strlen(hostname))) fail("hostname", hostname);
    rlim_t files = strtoul(only("files"), NULL, 10);
    if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){files, files})) fail("files", only("files"));
    if (chdir(folder)) fail("folder", folder);
    static char *args[MAX_LIST + 1], *env[MAX_LIST + 1];
    list("env", env);
    if (list("arg", args) == 0) fail("the plan lacks", "arg");
    drop_rights(users);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter)) fail("filter", "system calls");
    execve(args[0], args, env);
    fail("start", args[0]);
}

pid_t sandbox_start(const struct sandbox_order *order) {
    unsigned long namespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
    int users = order->first_user == 0 ? -1 : users_make(order->first_user);
    bool made = (users >= 0 || order->first_user == 0) && make_groups(order->id);
    pid_t pid = made ? (pid_t)syscall(SYS_clone, namespaces | SIGCHLD, NULL, NULL, NULL, NULL) : -1;
    if (pid == 0) {
        first_user = order->first_user;
        become(order, users);
    }
    if (pid < 0) {
        dprintf(order->log, "control groups and namespaces: %s\n", strerror(errno));
        sandbox_remove_groups(order->id);
    }
    if (users >= 0) close(users);
    return pid;
}
