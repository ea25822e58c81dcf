/* Writes down the process with this id, which waits in a read; see ../agent/snapshot.h. Tells on stderr why it cannot. */
#include <stdbool.h>
#include <sys/types.h>

bool snapshot_take(pid_t pid, const char *file);
