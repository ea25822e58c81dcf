#include "mounts.h"

#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"

static int show_hierarchy(const char *folder, const char *name) {
    char from[512], to[4352], target[256];
    struct statfs hierarchy;
    snprintf(from, sizeof from, GROUPS "/%s", name);
    if (statfs(from, &hierarchy) || hierarchy.f_type != CGROUP_SUPER_MAGIC) return 0;
    snprintf(to, sizeof to, "%s/%s", folder, name);
    ssize_t length = readlink(from, target, sizeof target - 1);
    if (length <= 0) return mkdir(to, 0755) || mount(from, to, NULL, MS_BIND, NULL);
    target[length] = 0;
    return symlink(target, to);
}

/* Shows the runtime the hierarchies of cgroup v1 and not the empty v2 hierarchy beside them, which some runtimes take for the real one.
 * FOLDER is where that is put together. */
static const char *show_only_v1(const char *folder) {
    if (mkdir(folder, 0755) || mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, "mode=755,size=64k")) return folder;
    DIR *hierarchies = opendir(GROUPS);
    if (hierarchies == NULL) return GROUPS;
    const char *failed = NULL;
    for (struct dirent *each; failed == NULL && (each = readdir(hierarchies)) != NULL;)
        if (show_hierarchy(folder, each->d_name)) failed = "a hierarchy of the control groups";
    int error = errno;
    closedir(hierarchies);
    errno = error;
    if (failed != NULL) return failed;
    if (mount(folder, GROUPS, NULL, MS_MOVE, NULL) || mount(NULL, GROUPS, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL)) return GROUPS;
    rmdir(folder);
    return NULL;
}

const char *own_mounts(const char *free) {
    if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL)) return "a mount namespace of our own (root is needed)";
    struct statfs root;
    return statfs(GROUPS, &root) == 0 && root.f_type != CGROUP2_SUPER_MAGIC ? show_only_v1(free) : NULL;
}
