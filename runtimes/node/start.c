/* Starts node. Debian builds node without a startup snapshot, so that each start compiles and runs node's own JavaScript first: more than
 * half of the whole. The image brings one for the node that waits. V8 takes a snapshot only on the processor features and with the options
 * that it was made with; anywhere else node starts without.
 *
 *   start-node MEMORY                        becomes the waiting node of a sandbox with so many MiB
 *   start-node MEMORY ENTRYPOINT ARGUMENT…   runs a program at once
 *   start-node --make-snapshot FILE          makes the snapshot, at the image's build */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NODE "/usr/bin/node"
#define SNAPSHOT "/mayfly/node.snapshot"
#define MADE_FOR "/mayfly/node.snapshot.for"

enum { MAX_KEY = 8192, OUR_WORDS = 9 };

/* The old generation's bound that V8 chooses by itself is this, or half of the memory where that is more. */
enum { OWN_HEAP_MIB = 256 };

static void fail(const char *what) {
    perror(what);
    exit(70);
}

static void read_start(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, size - 1);
    text[length > 0 ? length : 0] = 0;
    if (file >= 0) close(file);
}

/* The features of the first processor, and the option. */
static void key_of(char *key, const char *option) {
    char text[MAX_KEY / 2];
    read_start("/proc/cpuinfo", text, sizeof text);
    char *features = strstr(text, "\nflags");
    if (features == NULL) features = strstr(text, "\nFeatures");
    if (features != NULL) features[1 + strcspn(features + 1, "\n")] = 0;
    snprintf(key, MAX_KEY, "%s\n%s", features == NULL ? "" : features, option);
}

static int length_of(char **words) {
    int length = 0;
    while (words[length] != NULL) length++;
    return length;
}

static void make_snapshot(char *script) {
    char *command[] = {"node", "--snapshot-blob", SNAPSHOT, "--build-snapshot", script, NULL}, key[MAX_KEY];
    pid_t pid = fork();
    if (pid == 0) {
        execv(NODE, command);
        fail(NODE);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0) fail("the snapshot");
    key_of(key, "");
    FILE *made_for = fopen(MADE_FOR, "w");
    if (made_for == NULL || fputs(key, made_for) < 0 || fclose(made_for)) fail(MADE_FOR);
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
    char **command = calloc(OUR_WORDS + (size_t)length_of(program), sizeof *command), key[MAX_KEY], made_for[MAX_KEY], option[64];
    if (command == NULL) fail("memory");
    int count = 0;
    bool waits = *program == NULL;
    command[count++] = "node";
    heap_option(option, memory);
    if (waits) {
        key_of(key, option);
        read_start(MADE_FOR, made_for, sizeof made_for);
        if (strcmp(key, made_for) == 0) command[count++] = "--snapshot-blob", command[count++] = SNAPSHOT;
        if (chdir("/") || setenv("MAYFLY_WARM", "1", 1)) fail("/");
    }
    if (option[0] != 0) command[count++] = option;
    command[count++] = "--require", command[count++] = "/mayfly/preload.cjs";
    if (waits) command[count++] = "/dev/mayfly/entrypoint";
    while (*program != NULL) command[count++] = *program++;
    execv(NODE, command);
    fail(NODE);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--make-snapshot") == 0) make_snapshot(argv[2]);
    else if (argc > 1) become_node(argv[1], argv + 2);
    return argc > 1 ? 0 : 64;
}
