/* Users of a sandbox's own: a user namespace whose users and groups 0 to 65535 are a range of the host's that no other living sandbox has. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

enum { USERS_IN_RANGE = 65536, USERS_RANGES_IN_BLOCK = 64, USERS_ANSWER = 1024 };

/* Returns a descriptor of a new user namespace, or -1 with errno. `first` is the host's user that is root in it. */
int users_make(uint32_t first);

/* Whether this error of users_make means that the host has none for us, and not only now. */
bool users_are_missing(int error);

/* Takes a block of ranges for as long as this process lives; no other keeper that sees FOLDER has it. The answer is the first user of each free
 * range, a blank behind each, or the reason why there is none. Returns the block, or -1. */
int users_take_block(const char *folder, uint32_t first, uint32_t end, char answer[static USERS_ANSWER]);

/* Nobody was given its ranges. */
void users_release_block(int block);

/* Removes the names of this process's blocks. */
void users_leave(const char *folder);
