/* One sandbox, made of the kernel's own parts by a plan that the service has written. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Where a root is mounted, of which layers of which folder: names in it or absolute paths, the topmost first, between colons. */
struct sandbox_root {
    const char *place, *folder, *layers;
};

struct sandbox_order {
    int connection, log;                       /* what becomes stdin and stdout, and stderr */
    const char *id;                            /* the name of its control groups */
    struct sandbox_root root;
    const char *plan;                          /* a file: see sandbox.c */
    uint32_t first_user;                       /* the host's user that is root in it; 0: it has the host's own users */
};

/* The folder of all our control groups, of which a host has one. */
const char *sandbox_groups_parent(void);

/* Of cgroup v2 alone, which sandbox_prepare has found. */
bool sandbox_has_unified_groups(void);

/* Once, in the mount namespace that the sandboxes will come from. */
void sandbox_prepare(void);

/* Returns the sandbox's PID 1, or -1. What goes wrong in it is reported in the log, and by its exit status. */
pid_t sandbox_start(const struct sandbox_order *order);

/* In the mount namespace of who calls. USERS is a user namespace whose root the files are to belong to, or -1. */
bool sandbox_mount_root(const struct sandbox_root *root, int users);

/* Removes the control groups of a sandbox that has ended; false while the kernel still holds one of them. */
bool sandbox_remove_groups(const char *id);
