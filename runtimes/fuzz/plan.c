/* The plan of a sandbox: written by the service, but with words of a caller's and of an image in it. What is not fit must end in a refusal. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static jmp_buf refused;
static char room[1 << 20];   /* a sandbox reads one plan in its life, and frees nothing */
#define _exit(code) longjmp(refused, code)
#define malloc(bytes) (sizeof room >= (bytes) ? room : NULL)
#define dprintf(file, ...) snprintf((char[1]){0}, 1, __VA_ARGS__)
#include "../keeper/sandbox.c"

static void use_words(void) {
    char data[512];
    EACH(step, "mount") flags_of(step->words[3], data);
    if (strlen(data) >= sizeof data) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static int file = -1;
    char path[64];
    if (file < 0) file = memfd_create("plan", 0);
    if (ftruncate(file, 0) || pwrite(file, bytes, length, 0) != (ssize_t)length) abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    static char *words[MAX_LIST + 1];
    if (setjmp(refused) == 0) {
        read_plan(path);
        use_words();
        list("env", words);
        list("arg", words);
        kept_capabilities();
        only("hostname");
    }
    free(steps);
    steps = NULL;
    step_count = 0;
    return 0;
}
