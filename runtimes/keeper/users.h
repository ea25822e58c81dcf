/* Users of a sandbox's own: a user namespace whose users and groups 0 to 65535 are a range of the host's that no other living sandbox has. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { USERS_IN_RANGE = 65536, USERS_RANGES_IN_BLOCK = 64 };

/* Returns a descriptor of a new user namespace, or -1 with errno. `first` is the host's user that is root in it. */
int users_make(uint32_t first);

/* Takes a block of ranges for as long as this process lives: no keeper on this host has one twice. FOLDER is the same for all keepers of the
 * host. Writes the first user of each free range to OUT, a number each; false and the reason, when there is no block left. */
bool users_take_block(const char *folder, uint32_t first, uint32_t end, FILE *out);

/* Removes the names of this process's blocks. */
void users_leave(const char *folder);
