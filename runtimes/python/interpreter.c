/* Takes the place of CPython's own main, with a pause in its middle: everything up to the first line of user code happens before the
 * submission arrives. The script then runs through Py_RunMain, so that __main__, sys.path, tracebacks and exit codes are
 * the interpreter's own. Without a control socket it runs its arguments at once, as python3 does.
 *
 *   interpreter                     waits
 *   interpreter --preload MODULE…   imports these first */
#define PY_SSIZE_T_CLEAN
#include "collector.h"
#include "hashes.h"
#include "libraries.h"

#include <Python.h>

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONTROL_FD = 1000 };

#define PROCESSORS "PYTHON_CPU_COUNT="
#define PRELOAD "--preload"
#define RESEED "/mayfly/reseed.py"

/* The live configuration, which Py_RunMain reads; exported by 3.8 to 3.13 but declared in an internal header. */
extern const PyConfig *_Py_GetConfig(void);

static void fail(PyStatus status) {
    if (PyStatus_Exception(status)) Py_ExitStatusException(status);
}

static char *read_everything(size_t *length) {
    size_t room = 1 << 16, used = 0;
    char *text = malloc(room);
    for (ssize_t got; text != NULL && (got = read(CONTROL_FD, text + used, room - used)) != 0;) {
        if (got < 0 && errno != EINTR) _exit(70);
        if (got > 0) used += (size_t)got;
        if (used == room) text = realloc(text, room *= 2);
    }
    if (text == NULL) _exit(70);
    *length = used;
    return text;
}

static const char *next(char **at) {
    const char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static void set_sys(const char *name, PyWideStringList *list, Py_ssize_t skip) {
    PyObject *values = PyList_New(list->length - skip);
    for (Py_ssize_t i = skip; values != NULL && i < list->length; i++)
        PyList_SET_ITEM(values, i - skip, PyUnicode_FromWideChar(list->items[i], -1));
    if (values == NULL || PySys_SetObject(name, values)) Py_FatalError("sys.argv");
    Py_DECREF(values);
}

static void set_environment(PyConfig *config, char **at, char *end) {
    PyObject *os = PyImport_ImportModule("os"), *env = PyObject_GetAttrString(os, "environ");
    while (*at < end) {
        const char *pair = next(at), *equals = strchr(pair, '=');
        if (strncmp(pair, PROCESSORS, sizeof PROCESSORS - 1) == 0) config->cpu_count = atoi(equals + 1);   /* of which os.cpu_count() is made */
        PyObject *name = PyUnicode_DecodeFSDefaultAndSize(pair, equals - pair), *value = PyUnicode_DecodeFSDefault(equals + 1);
        if (name == NULL || value == NULL || PyObject_SetItem(env, name, value)) Py_FatalError("os.environ");
        Py_DECREF(name), Py_DECREF(value);
    }
    Py_XDECREF(env), Py_XDECREF(os);
}

/* Where the kernel has this process; all zero where it does not say. */
static struct prctl_mm_map find_place(void) {
    enum { START_CODE = 26, NAME = 2, BETWEEN = 16 };   /* fields of /proc/self/stat, counted from 1 */
    struct prctl_mm_map place = {.exe_fd = (__u32)-1};
    char text[2048];
    FILE *stat = fopen("/proc/self/stat", "re");
    size_t length = stat != NULL ? fread(text, 1, sizeof text - 1, stat) : 0;
    if (stat != NULL) fclose(stat);
    text[length] = 0;
    char *at = strrchr(text, ')');
    for (int i = 0; at != NULL && i < START_CODE - NAME; i++) at = strchr(at + 1, ' ');
    if (at == NULL) return place;
    place.start_code = strtoull(at, &at, 10), place.end_code = strtoull(at, &at, 10), place.start_stack = strtoull(at, &at, 10);
    for (int i = 0; i < BETWEEN; i++) strtoull(at, &at, 10);
    place.start_data = strtoull(at, &at, 10), place.end_data = strtoull(at, &at, 10), place.start_brk = strtoull(at, &at, 10);
    return place;
}

static char *copy_words(char *to, char **words) {
    for (; *words != NULL; words++) to = stpcpy(to, *words) + 1;
    return to;
}

static size_t bytes_of(char **words) {
    size_t bytes = 0;
    for (; *words != NULL; words++) bytes += strlen(*words) + 1;
    return bytes;
}

/* What /proc/self/cmdline and environ show, as of an interpreter that was started with this program. A kernel that cannot do that shows the waiting one's. */
static void show_command(struct prctl_mm_map *place, char **command) {
    size_t bytes = bytes_of(command) + bytes_of(environ);
    char *words = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (words == MAP_FAILED) _exit(70);
    char *variables = copy_words(words, command), *end = copy_words(variables, environ);
    place->brk = (uintptr_t)sbrk(0);
    place->arg_start = (uintptr_t)words, place->arg_end = place->env_start = (uintptr_t)variables, place->env_end = (uintptr_t)end;
    if (prctl(PR_SET_MM, PR_SET_MM_MAP, place, sizeof *place, 0)) munmap(words, bytes);
}

/* ---- preloaded libraries ---- */

static PyObject *reseed;   /* draws again what they have drawn at random; NULL without any */

static _Noreturn void give_up(void) {
    PyErr_Print();
    _exit(70);
}

/* A thread that runs Python has a state that a restored interpreter does not keep; those of libraries in C have none. */
static bool has_threads(void) {
    PyThreadState *first = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
    return first == NULL || PyThreadState_Next(first) != NULL;
}

static void preload(char **modules) {
    PyObject *globals = PyDict_New();
    FILE *file = fopen(RESEED, "re");
    if (file == NULL || globals == NULL) Py_FatalError(RESEED);
    libraries_before();
    for (; *modules != NULL; modules++) {
        PyObject *module = PyImport_ImportModule(*modules);
        if (module == NULL) give_up();
        Py_DECREF(module);
        if (has_threads()) {
            fprintf(stderr, "%s starts a thread of Python, and so cannot be preloaded\n", *modules);
            _exit(70);
        }
    }
    PyObject *done = PyRun_FileEx(file, RESEED, Py_file_input, globals, globals, 1);
    reseed = done != NULL ? PyDict_GetItemString(globals, "reseed") : NULL;
    if (reseed == NULL) give_up();
    Py_INCREF(reseed);
    libraries_loaded();
    Py_DECREF(done), Py_DECREF(globals);
}

/* OpenSSL notices a child by its number, which a restored process has in common with the one before. Its other generators notice that the one
 * which they are seeded by was seeded again. A library may have brought an OpenSSL of its own. */
static int reseed_openssl(struct dl_phdr_info *loaded, size_t size, void *unused) {
    (void)size, (void)unused;
    void *library = loaded->dlpi_name[0] == '/' ? dlopen(loaded->dlpi_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (library == NULL) return 0;
    void *(*primary)(void *);
    int (*seed)(void *, int, const void *, size_t, const void *, size_t);
    *(void **)&primary = dlsym(library, "RAND_get0_primary");
    *(void **)&seed = dlsym(library, "EVP_RAND_reseed");
    if (primary != NULL && seed != NULL && seed(primary(NULL), 0, NULL, 0, NULL, 0) != 1) Py_FatalError("OpenSSL takes no other seed");
    dlclose(library);
    return 0;
}

static void reseed_libraries(void) {
    if (reseed == NULL) return;
    dl_iterate_phdr(reseed_openssl, NULL);
    PyObject *done = PyObject_CallNoArgs(reseed);
    if (done == NULL) give_up();
    Py_DECREF(done);
}

/* The dynamic linker recognises a loaded library by its file, and in a restored process that file is in another mount. So it learns each of the
 * library's names before. */
static int name_library(struct dl_phdr_info *library, size_t size, void *unused) {
    (void)size, (void)unused;
    char *path = library->dlpi_name[0] == '/' ? realpath(library->dlpi_name, NULL) : NULL;
    if (path != NULL) {
        dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
        if (strncmp(path, "/usr/", 5) == 0) dlopen(path + 4, RTLD_LAZY | RTLD_NOLOAD);
    }
    free(path);
    return 0;
}

/* A page that a copy of this process finds wiped, as a child would. A kernel that cannot do that, such as gVisor's, makes no copies either. */
static const char *first_mark(void) {
    char *mark = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mark == MAP_FAILED) _exit(70);
    madvise(mark, 1, MADV_WIPEONFORK);
    *mark = 1;
    return mark;
}

static void stay_the_same(void) {
    PyOS_AfterFork_Parent();
    hashes_keep();
}

/* What the interpreter does in a child, so that random numbers that somebody has begun to draw are not drawn twice; and another seed. */
static void become_another(const PyConfig *config) {
    PyOS_AfterFork_Child();
    if (config->use_hash_seed) hashes_keep();
    else hashes_reseed();
    reseed_libraries();
}

static void take_program(void) {
    collector_pass_over_all();
    dl_iterate_phdr(name_library, NULL);
    const char *is_first = first_mark();
    struct prctl_mm_map place = find_place();
    hashes_wait();
    PyOS_BeforeFork();
    if (write(CONTROL_FD, "R", 1) != 1) _exit(70);
    size_t length;
    char *text = read_everything(&length), *at = text;
    close(CONTROL_FD);
    PyConfig *config = (PyConfig *)_Py_GetConfig();
    if (*is_first) stay_the_same();
    else become_another(config);
    const char *entrypoint = next(&at);
    long args = atol(next(&at));
    char script[PATH_MAX + 1001] = "";   /* absolute, as the start-up makes it; sys.argv[0] stays as it was given */
    if (entrypoint[0] != '/') {
        if (getcwd(script, PATH_MAX) == NULL) _exit(70);
        strcat(script, "/");
    }
    strcat(script, entrypoint);
    fail(PyConfig_SetBytesString(config, &config->run_filename, script));
    char **argv = calloc((size_t)args + 3, sizeof *argv);
    if (argv == NULL) _exit(70);
    argv[0] = "python3";
    argv[1] = (char *)entrypoint;
    for (long i = 0; i < args; i++) argv[i + 2] = (char *)next(&at);
    PyConfig words;   /* decodes the arguments just as the start-up does */
    PyConfig_InitPythonConfig(&words);
    words.parse_argv = 0;
    fail(PyConfig_SetBytesArgv(&words, args + 2, argv));
    fail(PyConfig_SetWideStringList(config, &config->argv, words.argv.length - 1, words.argv.items + 1));
    set_sys("argv", &words.argv, 1);
    set_sys("orig_argv", &words.argv, 0);
    PyConfig_Clear(&words);
    set_environment(config, &at, text + length);
    show_command(&place, argv);
    free(argv);
    free(text);
}

/* As on a terminal: a line is out when it is written, so that a killed program has not lost what it had printed. */
static void buffer_lines(void) {
    PyObject *out = PySys_GetObject("stdout");
    PyObject *reconfigure = out != NULL ? PyObject_GetAttrString(out, "reconfigure") : NULL;
    PyObject *no_args = PyTuple_New(0), *options = Py_BuildValue("{s:O}", "line_buffering", Py_True);
    PyObject *done = reconfigure != NULL ? PyObject_Call(reconfigure, no_args, options) : NULL;
    if (done == NULL) PyErr_Clear();
    Py_XDECREF(done), Py_XDECREF(options), Py_XDECREF(no_args), Py_XDECREF(reconfigure);
}

static int waiting_main(int argc, char **argv) {
    char *waiting[] = {"python3", "main.py"};
    struct stat control;
    int preloads = argc > 2 && strcmp(argv[1], PRELOAD) == 0;
    int warm = (argc == 1 || preloads) && fstat(CONTROL_FD, &control) == 0 && S_ISSOCK(control.st_mode);
    if (warm) hashes_remember();
    prctl(PR_SET_NAME, "python3");
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    argv[0] = "python3";
    fail(PyConfig_SetBytesString(&config, &config.program_name, "/usr/bin/python3"));
    fail(PyConfig_SetBytesString(&config, &config.executable, "/usr/bin/python3"));
    fail(PyConfig_SetBytesArgv(&config, warm ? 2 : argc, warm ? waiting : argv));
    if (warm) config.cpu_count = 1;   /* any count: os.py looks now at whether there is one, and later at which */
    fail(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    if (warm) {
        if (preloads) preload(argv + 2);
        take_program();
    } else {
        struct prctl_mm_map place = find_place();
        show_command(&place, argv);
    }
    buffer_lines();
    return Py_RunMain();
}

/* The C library's start-up calls this with the program's main; ours takes its place. */
int __libc_start_main(int (*main)(int, char **), int argc, char **argv, void *init, void *fini, void *linker_fini, void *stack_end) {
    (void)main;
    int (*start)(int (*)(int, char **), int, char **, void *, void *, void *, void *);
    *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    return start(waiting_main, argc, argv, init, fini, linker_fini, stack_end);
}
