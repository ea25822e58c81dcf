#include "../agent/snapshot.h"

#include <stdbool.h>
#include <sys/types.h>

/* Writes down what a process has open beside where the program comes from; false, with a word on stderr, when something of it
 * could not be made again. */
bool descriptors_write(pid_t pid, struct snapshot *snapshot);
