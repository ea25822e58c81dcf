#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MAX_DEPTH = 32, COLLECTION_SECONDS = 2 };

/* gVisor knows no file system identity: there the effective one changes, which takes the capabilities along for as long. */
void files_as_user(bool user) {
    unsigned id = user ? SANDBOX_UID : 0;
    int before = errno;
    setfsgid(id);
    setfsuid(id);
    if ((unsigned)setfsuid((uid_t)-1) != id && (user ? setegid(id) || seteuid(id) : seteuid(id) || setegid(id))) _exit(127);
    errno = before;
}

static int descend(int parent, const char *name) {
    if (mkdirat(parent, name, 0755) && errno != EEXIST) return -1;
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int create_below(int folder, char *path) {
    char *slash;
    while (folder >= 0 && (slash = strchr(path, '/')) != NULL) {
        *slash = 0;
        int next = descend(folder, path);
        close(folder);
        folder = next;
        path = slash + 1;
    }
    if (folder < 0) return -1;
    int file = openat(folder, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    close(folder);
    return file;
}

int file_create(const char *path) {
    if (!path_is_safe(path)) return errno = EINVAL, -1;
    char copy[1001];
    strcpy(copy, path);   /* path_is_safe holds it to 1,000 bytes */
    files_as_user(true);
    int file = create_below(open(WORK_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC), copy);
    files_as_user(false);
    return file;
}

bool file_make_executable(int fd) {
    files_as_user(true);
    bool made = fchmod(fd, 0755) == 0;
    files_as_user(false);
    return made;
}

bool file_write(int fd, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes += written, length -= (size_t)written;
    }
    return true;
}

bool entry_link(const char *entrypoint) {
    char target[1100];
    snprintf(target, sizeof target, "%s%s", entrypoint[0] == '/' ? "" : WORK_DIR "/", entrypoint);
    return symlink(target, ENTRY_LINK) == 0;
}

static bool is_any_folders(const char *segment) {
    return strncmp(segment, "**", 2) == 0 && (segment[2] == 0 || segment[2] == '/');
}

static bool segment_matches(const char *pattern, size_t pattern_length, const char *name, size_t name_length) {
    char wanted[256], actual[256];
    if (pattern_length >= sizeof wanted || name_length >= sizeof actual) return false;
    memcpy(wanted, pattern, pattern_length), wanted[pattern_length] = 0;
    memcpy(actual, name, name_length), actual[name_length] = 0;
    return fnmatch(wanted, actual, FNM_PERIOD) == 0;
}

/* A segment `**` stands for any number of folders; every other segment is a shell pattern. What follows a `**` is tried from each folder on, and
 * no earlier `**` again: the first place that fits the one leaves most of the path to the next. */
static bool matches(const char *pattern, const char *path) {
    const char *again_pattern = NULL, *again_path = NULL;
    for (;;) {
        if (is_any_folders(pattern)) {
            if (pattern[2] == 0) return true;
            again_pattern = pattern += 3;
            again_path = path;
            continue;
        }
        const char *pattern_end = strchrnul(pattern, '/'), *path_end = strchrnul(path, '/');
        if (segment_matches(pattern, (size_t)(pattern_end - pattern), path, (size_t)(path_end - path)) && *pattern_end == *path_end) {
            if (*pattern_end == 0) return true;
            pattern = pattern_end + 1;
            path = path_end + 1;
            continue;
        }
        if (again_pattern == NULL || (again_path = strchr(again_path, '/')) == NULL) return false;
        path = ++again_path;
        pattern = again_pattern;
    }
}

struct collection {
    char **patterns;
    uint32_t files_left;
    uint64_t bytes_left;
    const struct file_sink *sink;
    bool cut_short;
};

static bool wanted(const struct collection *collection, const char *path) {
    for (char **pattern = collection->patterns; *pattern != NULL; pattern++)
        if (matches(*pattern, path)) return true;
    return false;
}

/* Names and patterns are the user's choice: looking through them takes so much of our own CPU time and no more. What one single name takes
 * is cut off by the kernel. */
static bool time_is_up(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec >= COLLECTION_SECONDS;
}

static void give_up(int signal) {
    (void)signal;
    _exit(70);
}

static void bound_cpu_time(void) {
    struct itimerval bound = {{0, 0}, {2 * COLLECTION_SECONDS, 0}};
    signal(SIGPROF, give_up);
    setitimer(ITIMER_PROF, &bound, NULL);
}

static const char *refusal(const struct collection *collection, const struct stat *status) {
    if (S_ISLNK(status->st_mode)) return "link";
    if (!S_ISREG(status->st_mode)) return "not a regular file";
    if ((uint64_t)status->st_blocks * 512 < (uint64_t)status->st_size) return "sparse";
    if (collection->files_left == 0) return "too many files";
    if ((uint64_t)status->st_size > collection->bytes_left) return "too large";
    return NULL;
}

/* Everybody is dead by now, so that size and content stand still. */
static void send_file(struct collection *collection, int folder, const char *name, const char *path) {
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW)) return;
    const char *reason = refusal(collection, &status);
    int file = reason == NULL ? openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (file < 0) {
        collection->sink->skipped(path, reason != NULL ? reason : "unreadable");
        return;
    }
    collection->files_left--;
    collection->bytes_left -= (uint64_t)status.st_size;
    collection->sink->file(path, (uint64_t)status.st_size);
    static uint8_t chunk[32768];
    for (uint64_t left = (uint64_t)status.st_size; left > 0;) {
        ssize_t length = read(file, chunk, left < sizeof chunk ? left : sizeof chunk);
        if (length <= 0) break;
        collection->sink->data(chunk, (size_t)length);
        left -= (uint64_t)length;
    }
    close(file);
}

static void walk(struct collection *collection, int folder, const char *prefix, int depth) {
    DIR *entries = fdopendir(folder);
    if (entries == NULL) {
        close(folder);
        return;
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (time_is_up()) {
            if (!collection->cut_short) collection->sink->skipped(prefix, "too much to look through");
            collection->cut_short = true;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char path[4096];
        int length = snprintf(path, sizeof path, "%s%s", prefix, entry->d_name);
        if (length < 0 || (size_t)length >= sizeof path - 1) continue;
        if (entry->d_type == DT_DIR) {
            if (depth == MAX_DEPTH) {
                if (wanted(collection, path)) collection->sink->skipped(path, "too deep");
                continue;
            }
            int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            path[length] = '/', path[length + 1] = 0;
            if (below >= 0) walk(collection, below, path, depth + 1);
        } else if (wanted(collection, path)) {
            send_file(collection, folder, entry->d_name, path);
        }
    }
    closedir(entries);
}

void files_collect(char **patterns, uint32_t max_files, uint64_t max_bytes, const struct file_sink *sink) {
    if (*patterns == NULL) return;
    struct collection collection = {patterns, max_files, max_bytes, sink, false};
    bound_cpu_time();
    files_as_user(true);
    int root = open(WORK_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root >= 0) walk(&collection, root, "", 1);
    files_as_user(false);
}
