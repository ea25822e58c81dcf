/* Writes down the process of this box, which is to wait in a read; see ../agent/snapshot.h. Tells on stderr why it cannot. */
#include <stdbool.h>
#include <sys/types.h>

bool snapshot_take(pid_t pid, const char *box, const char *file);
