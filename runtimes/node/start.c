/* Starts node with the bound of its heap.
 *
 *   start-node MEMORY                        becomes the waiting node of a sandbox with so many MiB
 *   start-node MEMORY ENTRYPOINT ARGUMENT…   runs a program at once */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODE "/usr/bin/node"

enum { OUR_WORDS = 6 };

/* The old generation's bound that V8 chooses by itself is this, or half of the memory where that is more. */
enum { OWN_HEAP_MIB = 256 };

static void fail(const char *what) {
    perror(what);
    exit(70);
}

static int length_of(char **words) {
    int length = 0;
    while (words[length] != NULL) length++;
    return length;
}

/* So that the kernel, and not V8's guess, decides what is out of memory. Where V8's own bound does that, or the program has chosen one, the
 * option must be missing: it would count for more than NODE_OPTIONS and, unless preload.cjs takes it back, than a worker's resourceLimits. */
static void heap_option(char option[static 64], const char *memory) {
    const char *chosen = getenv("NODE_OPTIONS");
    bool own = chosen != NULL && (strstr(chosen, "old-space-size") || strstr(chosen, "old_space_size") || strstr(chosen, "heap-size") || strstr(chosen, "heap_size"));
    long mib = atol(memory);
    if (own || mib <= OWN_HEAP_MIB) option[0] = 0;
    else snprintf(option, 64, "--max-old-space-size=%ld", mib);
}

static void become_node(const char *memory, char **program) {
    char **command = calloc(OUR_WORDS + (size_t)length_of(program), sizeof *command), option[64];
    if (command == NULL) fail("memory");
    int count = 0;
    bool waits = *program == NULL;
    command[count++] = "node";
    heap_option(option, memory);
    if (waits && (chdir("/") || setenv("MAYFLY_WARM", "1", 1))) fail("/");
    if (option[0] != 0) command[count++] = option;
    command[count++] = "--require", command[count++] = "/mayfly/preload.cjs";
    if (waits) command[count++] = "/dev/mayfly/entrypoint";
    while (*program != NULL) command[count++] = *program++;
    execv(NODE, command);
    fail(NODE);
}

int main(int argc, char **argv) {
    if (argc > 1) become_node(argv[1], argv + 2);
    return 64;
}
