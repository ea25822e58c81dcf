/* Control groups that a container may fill. */
#pragma once

#include <stdbool.h>

/* On cgroup v2, a container usually has a control group namespace of its own, whose root is the container's group, and at best a view of it that is read-only. Then
 * this process goes to a mount namespace in which /sys/fs/cgroup is that namespace's root, and the root is made ready for groups below it: who was in it is moved
 * to the group `service`, since a group with processes cannot have limited groups. Elsewhere nothing happens. Needs CAP_SYS_ADMIN.
 * Returns NULL, or what failed, with errno. */
const char *groups_own(void);

/* Whether what is at /sys/fs/cgroup is a container's, and not all of the host's. */
bool groups_are_own(void);
