/* Starts the node that waits for its job. Debian builds node without a startup snapshot, so that each start compiles and runs node's own
 * JavaScript first: more than half of the whole. The image brings one. V8 takes a snapshot only on the processor features and with the
 * options that it was made with; anywhere else node starts without.
 *
 *   start-node OPTION…                       becomes the waiting node
 *   start-node --make-snapshot FILE OPTION…  makes the snapshot, at the image's build, for a start with the same options */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NODE "/usr/bin/node"
#define SNAPSHOT "/mayfly/node.snapshot"
#define MADE_FOR "/mayfly/node.snapshot.for"

enum { MAX_OPTIONS = 16, MAX_KEY = 8192 };

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

/* The features of the first processor, and the options. */
static void key_of(char *key, char **options) {
    char text[MAX_KEY / 2];
    read_start("/proc/cpuinfo", text, sizeof text);
    char *features = strstr(text, "\nflags");
    if (features == NULL) features = strstr(text, "\nFeatures");
    if (features != NULL) features[1 + strcspn(features + 1, "\n")] = 0;
    snprintf(key, MAX_KEY, "%s", features == NULL ? "" : features);
    for (; *options != NULL; options++) {
        strncat(key, "\n", MAX_KEY - strlen(key) - 1);
        strncat(key, *options, MAX_KEY - strlen(key) - 1);
    }
}

static void make_snapshot(const char *script, char **options) {
    char *command[MAX_OPTIONS + 8] = {"node", "--snapshot-blob", SNAPSHOT, "--build-snapshot"}, key[MAX_KEY];
    int count = 4;
    for (char **option = options; *option != NULL; option++) command[count++] = *option;
    command[count] = (char *)script;
    pid_t pid = fork();
    if (pid == 0) {
        execv(NODE, command);
        fail(NODE);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0) fail("the snapshot");
    key_of(key, options);
    FILE *made_for = fopen(MADE_FOR, "w");
    if (made_for == NULL || fputs(key, made_for) < 0 || fclose(made_for)) fail(MADE_FOR);
}

static void become_node(char **options) {
    char *command[MAX_OPTIONS + 8] = {"node"}, key[MAX_KEY], made_for[MAX_KEY];
    int count = 1;
    key_of(key, options);
    read_start(MADE_FOR, made_for, sizeof made_for);
    if (strcmp(key, made_for) == 0) command[count++] = "--snapshot-blob", command[count++] = SNAPSHOT;
    while (*options != NULL) command[count++] = *options++;
    command[count++] = "--require", command[count++] = "/mayfly/preload.cjs", command[count++] = "/dev/mayfly/entrypoint";
    if (chdir("/") || setenv("MAYFLY_WARM", "1", 1)) fail("/");
    execv(NODE, command);
    fail(NODE);
}

int main(int argc, char **argv) {
    if (argc > MAX_OPTIONS) return 64;
    if (argc > 2 && strcmp(argv[1], "--make-snapshot") == 0) make_snapshot(argv[2], argv + 3);
    else become_node(argv + 1);
    return 0;
}
