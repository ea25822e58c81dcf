/* The pause of the waiting node, as an addon: preload.cjs calls wait(), which returns the program's words. A node that was restored from a snapshot
 * meanwhile shares what it has drawn at random with others of that snapshot: here it draws again. */
#include <node_api.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CONTROL_FD = 1000, ISOLATE_WORDS = 1 << 14, MAX_STEPS = 4096, NANOS = 1000000000 };

/* V8's own generator: all that it draws, such as the seed of Math.random in a new context, follows from these. */
struct generator {
    int64_t seed;
    uint64_t state[2];
};

static void (*set_seed)(struct generator *, int64_t);
static int (*next)(struct generator *, int);
static void *(*primary_generator)(void *);
static int (*reseed)(void *, int, const void *, size_t, const void *, size_t);
static uint64_t *node_start;   /* on libuv's clock; process.uptime() counts from there */

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "waiting: %s\n", what);
    _exit(70);
}

static void *find(const char *symbol) {
    void *place = dlsym(RTLD_DEFAULT, symbol);
    if (place == NULL) fail(symbol);
    return place;
}

/* Copies what may not be readable: the kernel then refuses to take it into a file. */
static bool copy(int file, const void *from, void *into, size_t bytes) {
    return pwrite(file, from, bytes, 0) == (ssize_t)bytes && pread(file, into, bytes, 0) == (ssize_t)bytes;
}

/* A generator is known by its state, which its seed leads to. */
static bool is_generator(const struct generator *candidate) {
    struct generator trial;
    if (candidate->state[0] == 0 || candidate->state[1] == 0) return false;
    set_seed(&trial, candidate->seed);
    for (int i = 0; i < MAX_STEPS; i++) {
        if (memcmp(trial.state, candidate->state, sizeof trial.state) == 0) return true;
        next(&trial, 32);
    }
    return false;
}

/* The isolate's generator, which V8 does not show: one of the isolate's fields points to it. */
static struct generator *find_generator(void) {
    void *(*current_isolate)(void);
    *(void **)&current_isolate = find("_ZN2v87Isolate10GetCurrentEv");
    struct generator **fields = current_isolate(), *field, *found = NULL, candidate;
    int file = memfd_create("isolate", MFD_CLOEXEC);
    for (int i = 0; i < ISOLATE_WORDS && found == NULL && copy(file, fields + i, &field, sizeof field); i++) {
        bool aligned = field != NULL && (uintptr_t)field % sizeof(uint64_t) == 0;
        if (aligned && copy(file, field, &candidate, sizeof candidate) && is_generator(&candidate)) found = field;
    }
    close(file);
    if (found == NULL) fail("V8's random numbers are not where they are known to be");
    return found;
}

static void find_functions(void) {
    *(void **)&set_seed = find("_ZN2v84base21RandomNumberGenerator7SetSeedEl");
    *(void **)&next = find("_ZN2v84base21RandomNumberGenerator4NextEi");
    *(void **)&primary_generator = find("RAND_get0_primary");
    *(void **)&reseed = find("EVP_RAND_reseed");
    node_start = find("_ZN4node11per_process15node_start_timeE");
}

/* OpenSSL's other generators notice that the one which they are seeded by was seeded again. */
static void become_another(struct generator *generator) {
    int64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) fail("no random numbers");
    set_seed(generator, seed);
    if (reseed(primary_generator(NULL), 0, NULL, 0, NULL, 0) != 1) fail("OpenSSL takes no other seed");
}

static void start_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    *node_start = (uint64_t)now.tv_sec * NANOS + (uint64_t)now.tv_nsec;
}

/* A page that a restored process finds wiped, as a child would. A kernel that cannot do that, such as gVisor's, takes no snapshots either. */
static const volatile char *first_mark(void) {
    char *mark = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mark == MAP_FAILED) fail("memory");
    madvise(mark, 1, MADV_WIPEONFORK);
    *mark = 1;
    return mark;
}

static char *read_everything(size_t *length) {
    size_t room = 1 << 16, used = 0;
    char *text = malloc(room);
    for (ssize_t got; text != NULL && (got = read(CONTROL_FD, text + used, room - used)) != 0;) {
        if (got < 0 && errno != EINTR) fail("the program");
        if (got > 0) used += (size_t)got;
        if (used == room) text = realloc(text, room *= 2);
    }
    if (text == NULL) fail("memory");
    *length = used;
    return text;
}

/* ---- the end ---- */

static bool ends;

static void begin_end(void *unused) {
    (void)unused;
    ends = true;
}

/* When node ends, it gives its heap back page by page; the kernel takes all of it at once a moment later. */
int munmap(void *start, size_t bytes) {
    return ends ? 0 : (int)syscall(SYS_munmap, start, bytes);
}

static napi_value wait_for_program(napi_env env, napi_callback_info call) {
    (void)call;
    if (napi_add_env_cleanup_hook(env, begin_end, NULL) != napi_ok) fail("the end");
    find_functions();
    struct generator *generator = find_generator();
    const volatile char *is_first = first_mark();
    if (write(CONTROL_FD, "R", 1) != 1) fail("nobody waits for us");
    size_t length;
    char *text = read_everything(&length);
    close(CONTROL_FD);
    start_clock();
    if (!*is_first) become_another(generator);
    napi_value words;
    if (napi_create_string_utf8(env, text, length, &words) != napi_ok) fail("the program's words");
    free(text);
    return words;
}

NAPI_MODULE_INIT() {
    napi_value wait;
    if (napi_create_function(env, "wait", NAPI_AUTO_LENGTH, wait_for_program, NULL, &wait) != napi_ok
        || napi_set_named_property(env, exports, "wait", wait) != napi_ok) fail("the addon");
    return exports;
}
