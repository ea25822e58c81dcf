/* What is done with files in a sandbox that is held, each time in a process of the user's: it sees, and may do, what a program there may. Words: the
 * operation, and its paths. The exit code is the error's number, and its words are on stderr. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536, MAX_CODE = 126, MAX_FOLDERS_OPEN = 16, MAX_WATCHED = 4096 };

static int failed(const char *path) {
    int error = errno;
    dprintf(STDERR_FILENO, "%s: %s", path, strerror(error));
    return error > 0 && error <= MAX_CODE ? error : MAX_CODE;
}

static int copy(int from, int to, const char *path) {
    static uint8_t chunk[CHUNK];
    for (;;) {
        ssize_t length = read(from, chunk, sizeof chunk);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return failed(path);
        if (length == 0) return 0;
        if (!file_write(to, chunk, (size_t)length)) return failed(path);
    }
}

/* A pipe that nobody writes to would be waited for, and a device is none of a caller's. */
static int open_regular(const char *path, int flags, mode_t mode) {
    int file = open(path, flags | O_NONBLOCK | O_CLOEXEC, mode);
    struct stat status;
    if (file < 0 || fstat(file, &status)) return -1;
    if (S_ISREG(status.st_mode)) return file;
    close(file);
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    return -1;
}

static int read_file(char **paths) {
    int file = open_regular(paths[0], O_RDONLY, 0);
    return file < 0 ? failed(paths[0]) : copy(file, STDOUT_FILENO, paths[0]);
}

static bool make_folders(const char *path, bool last) {
    char *folder = strdup(path);
    if (folder == NULL) return false;
    for (char *slash = folder + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
        *slash = 0;
        if (mkdir(folder, 0755) && errno != EEXIST) return false;
    }
    return !last || mkdir(folder, 0755) == 0;
}

static int write_file(char **paths) {
    if (!make_folders(paths[0], false)) return failed(paths[0]);
    int file = open_regular(paths[0], O_WRONLY | O_CREAT | O_TRUNC, 0644);
    return file < 0 ? failed(paths[0]) : copy(STDIN_FILENO, file, paths[0]);
}

static int make_folder(char **paths) {
    return make_folders(paths[0], true) ? 0 : failed(paths[0]);
}

static int move_file(char **paths) {
    if (!make_folders(paths[1], false)) return failed(paths[1]);
    return rename(paths[0], paths[1]) == 0 ? 0 : failed(paths[0]);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static int remove_tree(char **paths) {
    return nftw(paths[0], remove_entry, MAX_FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : failed(paths[0]);
}

static const char *type_of(mode_t mode) {
    return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "folder" : S_ISLNK(mode) ? "link" : "other";
}

/* Eight words, each ended by a NUL: type, mode, size, seconds and nanoseconds of its last change, user, path, where a link leads to. */
static bool show(const char *path) {
    struct stat status;
    char target[4096] = "";
    if (lstat(path, &status)) return false;
    if (S_ISLNK(status.st_mode)) target[readlink(path, target, sizeof target - 1) < 0 ? 0 : sizeof target - 1] = 0;
    printf("%s%c%o%c%lld%c%lld%c%ld%c%u%c%s%c%s%c", type_of(status.st_mode), 0, (unsigned)status.st_mode & 07777, 0, (long long)status.st_size, 0,
        (long long)status.st_mtim.tv_sec, 0, status.st_mtim.tv_nsec, 0, (unsigned)status.st_uid, 0, path, 0, target, 0);
    return true;
}

static int show_file(char **paths) {
    return show(paths[0]) ? 0 : failed(paths[0]);
}

static int list(const char *folder, int depth) {
    DIR *entries = opendir(folder);
    if (entries == NULL) return failed(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char *path;
        if (asprintf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, entry->d_name) < 0) return failed(folder);
        if (show(path) && entry->d_type == DT_DIR && depth > 1) list(path, depth - 1);
        free(path);
    }
    closedir(entries);
    return 0;
}

/* Of a folder below, what cannot be read is left out. */
static int list_folder(char **paths) {
    return list(paths[0], paths[1] != NULL ? atoi(paths[1]) : 1);
}

/* ---- watching ---- */

#define CHANGES (IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_ATTRIB | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)

static struct { int descriptor; char *folder; } watched[MAX_WATCHED];
static int watched_count;

/* Two words, each ended by a NUL: what happened, and the path. */
static void report(const char *change, const char *path) {
    printf("%s%c%s%c", change, 0, path, 0);
}

static bool watch_one(int notify, const char *folder) {
    int descriptor = inotify_add_watch(notify, folder, CHANGES | IN_ONLYDIR), at = 0;
    if (descriptor < 0) return false;
    while (at < watched_count && watched[at].descriptor != descriptor) at++;
    char *name = at < MAX_WATCHED ? strdup(folder) : NULL;
    if (name == NULL) {
        inotify_rm_watch(notify, descriptor);
        errno = ENOSPC;
        return false;
    }
    if (at == watched_count) watched_count++;
    else free(watched[at].folder);   /* it was moved here */
    watched[at].descriptor = descriptor;
    watched[at].folder = name;
    return true;
}

/* Of folders below, what cannot be watched is left out. In one that has just come to be, there may be entries that nothing reported. */
static bool watch_with_those_below(int notify, const char *folder, bool is_new) {
    if (!watch_one(notify, folder)) return false;
    DIR *entries = opendir(folder);
    if (entries == NULL) return false;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char *path;
        if (asprintf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, entry->d_name) < 0) break;
        if (is_new) report("created", path);
        if (entry->d_type == DT_DIR) watch_with_those_below(notify, path, is_new);
        free(path);
    }
    closedir(entries);
    return true;
}

static void forget(int descriptor) {
    for (int i = 0; i < watched_count; i++) {
        if (watched[i].descriptor != descriptor) continue;
        free(watched[i].folder);
        watched[i] = watched[--watched_count];
        return;
    }
}

static const char *folder_of(int descriptor) {
    for (int i = 0; i < watched_count; i++)
        if (watched[i].descriptor == descriptor) return watched[i].folder;
    return NULL;
}

static const char *change_of(uint32_t mask) {
    return mask & (IN_CREATE | IN_MOVED_TO) ? "created" : mask & IN_MODIFY ? "written" : mask & IN_ATTRIB ? "attributes"
         : mask & IN_DELETE ? "removed" : mask & IN_MOVED_FROM ? "moved" : NULL;
}

static void take_change(int notify, const struct inotify_event *event, bool below) {
    const char *folder = folder_of(event->wd), *change = change_of(event->mask);
    if (event->mask & IN_Q_OVERFLOW) report("lost", "");
    if (event->mask & IN_IGNORED) forget(event->wd);
    if (folder == NULL || change == NULL || event->len == 0) return;
    char *path;
    if (asprintf(&path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, event->name) < 0) return;
    report(change, path);
    if (below && (event->mask & IN_ISDIR) && (event->mask & (IN_CREATE | IN_MOVED_TO))) watch_with_those_below(notify, path, true);
    free(path);
}

/* Until the folder itself is gone or moved, or somebody ends this process. */
static int watch(char **words) {
    static _Alignas(struct inotify_event) char events[CHUNK];
    bool below = words[1] != NULL && strcmp(words[1], "below") == 0;
    int notify = inotify_init1(IN_CLOEXEC);
    if (notify < 0 || !(below ? watch_with_those_below(notify, words[0], false) : watch_one(notify, words[0]))) return failed(words[0]);
    int folder = watched[0].descriptor;
    report("watching", words[0]);
    while (fflush(stdout) == 0) {
        ssize_t length = read(notify, events, sizeof events);
        if (length < 0 && errno == EINTR) continue;
        if (length <= 0) return failed(words[0]);
        const struct inotify_event *event;
        for (char *at = events; at < events + length; at += sizeof *event + event->len) {
            event = (const struct inotify_event *)(void *)at;
            take_change(notify, event, below);
            if (event->wd == folder && (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))) return 0;
            const char *now = folder_of(event->wd);
            if ((event->mask & IN_MOVE_SELF) && now != NULL && access(now, F_OK)) inotify_rm_watch(notify, event->wd);   /* it went elsewhere */
        }
    }
    return 0;
}

int files_operate(char **words) {
    static const struct { const char *name; int paths; int (*operate)(char **paths); } OPERATIONS[] = {
        {"read", 1, read_file}, {"write", 1, write_file}, {"mkdir", 1, make_folder}, {"move", 2, move_file}, {"remove", 1, remove_tree},
        {"stat", 1, show_file}, {"list", 1, list_folder}, {"watch", 1, watch},
    };
    for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++) {
        if (strcmp(words[0], OPERATIONS[i].name) != 0) continue;
        for (int path = 1; path <= OPERATIONS[i].paths; path++)
            if (words[path] == NULL) return MAX_CODE;
        int code = OPERATIONS[i].operate(words + 1);
        return fflush(stdout) == 0 ? code : failed(words[1]);
    }
    dprintf(STDERR_FILENO, "no such operation: %s", words[0]);
    return MAX_CODE;
}
