/* Snapshots of a process of a sandbox, see ../agent/snapshot.h. They report on stderr why something cannot be. */
#include <stdbool.h>
#include <sys/types.h>

/* Writes one of a process that is to wait in a read, and ends with us. */
bool snapshot_take(pid_t pid, const char *sandbox, const char *file);

/* Waits until a process that was restored from this snapshot ends, and notes in it the pages that it has touched. Says "watching" on stdout when the
 * process may go on. */
bool snapshot_note_touched(pid_t pid, const char *sandbox, const char *file);
