/* The keeper's own mount namespace, from which its sandboxes come. */
#pragma once

/* The host sees nothing of what is mounted from here on; what it unmounts, we let go, too. FREE is a name at which nothing is. Returns NULL, or what
 * failed with errno. */
const char *own_mounts(const char *free);
