#include "descriptors.h"

#include "tracee.h"

#if defined(__x86_64__)

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LAST_STANDARD = STDERR_FILENO, CONTROL = 1000, MAX_NUMBER = 500 };

static struct snapshot_descriptor *add(struct snapshot *snapshot, enum snapshot_descriptor_kind kind, int number, uint32_t flags) {
    if (snapshot->descriptors == SNAPSHOT_MAX_DESCRIPTORS) return NULL;
    struct snapshot_descriptor *added = &snapshot->descriptor[snapshot->descriptors++];
    *added = (struct snapshot_descriptor){.kind = kind, .number = number, .other = -1, .flags = flags};
    return added;
}

/* libuv keeps a byte in one. It is copied, and stays there. */
static bool write_content(pid_t pid, struct snapshot_descriptor *descriptor) {
    char path[64];
    int content = -1, ends[2];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, descriptor->number);
    int end = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool good = end >= 0 && ioctl(end, FIONREAD, &content) == 0 && content <= (int)sizeof descriptor->value;
    if (good && content > 0) {
        good = pipe2(ends, O_CLOEXEC) == 0;
        good = good && tee(end, ends[1], (size_t)content, SPLICE_F_NONBLOCK) == content && read(ends[0], &descriptor->value, (size_t)content) == content;
    }
    if (end >= 0) close(end);
    descriptor->length = (uint32_t)content;
    return good || unfit("too much is in a pipe of it");
}

/* Both ends are the process's own, each once. `inodes` holds one for each descriptor so far. */
static bool add_pipe(pid_t pid, struct snapshot *snapshot, int number, uint32_t flags, uint64_t inode, uint64_t *inodes) {
    bool writes = (flags & O_ACCMODE) == O_WRONLY;
    for (uint64_t i = 0; i < snapshot->descriptors; i++) {
        struct snapshot_descriptor *other = &snapshot->descriptor[i];
        if (inodes[i] != inode) continue;
        int *missing = writes ? &other->other : &other->number;
        if (*missing != -1) return unfit("it has an end of a pipe open twice");
        *missing = number;
        *(writes ? &other->other_flags : &other->flags) = flags;
        return write_content(pid, other);
    }
    struct snapshot_descriptor *added = add(snapshot, SNAPSHOT_PIPE, writes ? -1 : number, writes ? 0 : flags);
    if (added == NULL) return unfit("it has too much open");
    if (writes) added->other = number, added->other_flags = flags;
    inodes[added - snapshot->descriptor] = inode;
    return true;
}

static uint64_t value_of(const char *text, const char *name, int base) {
    const char *at = strstr(text, name);
    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, base);
}

static bool add_interests(struct snapshot *interests, int number, const char *text) {
    for (const char *at = text; (at = strstr(at, "tfd:")) != NULL; at += 4) {
        struct snapshot_descriptor *added = add(interests, SNAPSHOT_INTEREST, number, (uint32_t)value_of(at, "events:", 16));
        if (added == NULL) return unfit("it has too much open");
        added->other = atoi(at + 4);
        added->value = value_of(at, "data:", 16);
    }
    return true;
}

static bool write_one(pid_t pid, int number, struct snapshot *snapshot, struct snapshot *interests, uint64_t *inodes) {
    char name[64], path[64], target[256], text[4096];
    snprintf(name, sizeof name, "fdinfo/%d", number);
    size_t length = tracee_read(pid, name, text, sizeof text - 1);
    text[length] = 0;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, number);
    ssize_t named = readlink(path, target, sizeof target - 1);
    if (length == 0 || named < 0) return failed(path);
    if (length == sizeof text - 1) return unfit("it waits for too many things at the same time");
    target[named] = 0;
    uint32_t flags = (uint32_t)value_of(text, "flags:", 8);
    if (number > MAX_NUMBER) return unfit("it has a file open that is numbered too high");
    if (number <= LAST_STANDARD) return add(snapshot, SNAPSHOT_STANDARD, number, flags) != NULL || unfit("it has too much open");
    if (strncmp(target, "pipe:[", 6) == 0) return add_pipe(pid, snapshot, number, flags, strtoull(target + 6, NULL, 10), inodes);
    struct snapshot_descriptor *added = NULL;
    if (strcmp(target, "anon_inode:[eventfd]") == 0 && value_of(text, "eventfd-semaphore:", 10) == 0) {
        added = add(snapshot, SNAPSHOT_EVENT, number, flags);
        if (added != NULL) added->value = value_of(text, "eventfd-count:", 16);
    } else if (strcmp(target, "anon_inode:[eventpoll]") == 0) {
        added = add(snapshot, SNAPSHOT_POLL, number, flags);
        if (added != NULL && !add_interests(interests, number, text)) return false;
    } else if (strcmp(target, "/dev/null") == 0) {
        added = add(snapshot, SNAPSHOT_NULL, number, flags);
    } else {
        fprintf(stderr, "snapshot: it has %s open\n", target);
        return false;
    }
    return added != NULL || unfit("it has too much open");
}

static int by_number(const void *one, const void *other) {
    return *(const int *)one - *(const int *)other;
}

static bool has_both_ends(const struct snapshot *snapshot) {
    for (uint64_t i = 0; i < snapshot->descriptors; i++) {
        const struct snapshot_descriptor *each = &snapshot->descriptor[i];
        if (each->kind == SNAPSHOT_PIPE && (each->number < 0 || each->other < 0)) return unfit("the other end of a pipe of it is elsewhere");
    }
    return true;
}

bool descriptors_write(pid_t pid, struct snapshot *snapshot) {
    static struct snapshot interests;   /* come last: what they name must be there */
    static uint64_t inodes[SNAPSHOT_MAX_DESCRIPTORS];
    int numbers[SNAPSHOT_MAX_DESCRIPTORS], count = 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", pid);
    DIR *folder = opendir(path);
    if (folder == NULL) return failed(path);
    for (struct dirent *entry; count < SNAPSHOT_MAX_DESCRIPTORS && (entry = readdir(folder)) != NULL;) {
        int number = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && number != CONTROL) numbers[count++] = number;
    }
    closedir(folder);
    if (count == SNAPSHOT_MAX_DESCRIPTORS) return unfit("it has too much open");
    qsort(numbers, (size_t)count, sizeof *numbers, by_number);
    bool good = true;
    for (int i = 0; good && i < count; i++) good = write_one(pid, numbers[i], snapshot, &interests, inodes);
    if (!good || !has_both_ends(snapshot)) return false;
    if (snapshot->descriptors + interests.descriptors > SNAPSHOT_MAX_DESCRIPTORS) return unfit("it has too much open");
    memcpy(snapshot->descriptor + snapshot->descriptors, interests.descriptor, interests.descriptors * sizeof *interests.descriptor);
    snapshot->descriptors += interests.descriptors;
    return true;
}

#endif
