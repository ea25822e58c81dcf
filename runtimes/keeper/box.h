/* One box, made of the kernel's own parts by a plan that the service has written. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct box_order {
    int connection, log;                       /* what becomes stdin and stdout, and stderr */
    const char *id;                            /* the name of its control groups */
    const char *root, *folder, *layers;        /* where its root is mounted, of which folders of which folder, the topmost first */
    const char *plan;                          /* a file: see box.c */
};

/* Once, in the mount namespace that the boxes will come from. */
void box_prepare(void);

/* Returns the box's PID 1, or -1. What goes wrong in it is told in the log, and by its exit status. */
pid_t box_start(const struct box_order *order);

/* Removes the control groups of a box that has ended; false while the kernel still holds one of them. */
bool box_remove_groups(const char *id);
