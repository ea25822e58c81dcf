/* Rules for libseccomp, one a line, words between tabs, the first line before the others:
 *   default ERRNO                            for every system call that no rule allows
 *   allow|errno ERRNO NAME                   allow: ERRNO is 0
 *   allow|errno ERRNO NAME INDEX OP A B …    only when the argument of this index is so: eq A; gt A; masked-eq: & A is B; and the next one …
 * A name that this processor's kernels do not know is passed over. */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LINE = 512, BINARY_TREE = 2, MAX_ARGUMENTS = 6 };

static int fail(const char *what, int code) {
    fprintf(stderr, "keeper: the filter's %s: %s\n", what, strerror(code));
    return 70;
}

static const struct { const char *name; enum scmp_compare compare; } COMPARES[] = {
    {"eq", SCMP_CMP_EQ}, {"gt", SCMP_CMP_GT}, {"masked-eq", SCMP_CMP_MASKED_EQ},
};

static bool read_compare(char **line, struct scmp_arg_cmp *into) {
    char *index = strsep(line, "\t"), *op = strsep(line, "\t"), *a = strsep(line, "\t"), *b = strsep(line, "\t");
    if (b == NULL) return false;
    for (size_t i = 0; i < sizeof COMPARES / sizeof *COMPARES; i++) {
        if (strcmp(COMPARES[i].name, op) != 0) continue;
        *into = (struct scmp_arg_cmp){(unsigned)atoi(index), COMPARES[i].compare, strtoull(a, NULL, 10), strtoull(b, NULL, 10)};
        return true;
    }
    return false;
}

static int add(scmp_filter_ctx filter, char *line) {
    char *kind = strsep(&line, "\t"), *number = strsep(&line, "\t"), *name = strsep(&line, "\t");
    bool allow = strcmp(kind, "allow") == 0;
    if (name == NULL || (!allow && strcmp(kind, "errno") != 0)) return -EINVAL;
    struct scmp_arg_cmp compares[MAX_ARGUMENTS];
    unsigned count = 0;
    for (; line != NULL; count++)
        if (count == MAX_ARGUMENTS || !read_compare(&line, &compares[count])) return -EINVAL;
    int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR) return 0;
    uint32_t action = allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO((uint32_t)atoi(number));
    uint32_t otherwise;
    if (seccomp_attr_get(filter, SCMP_FLTATR_ACT_DEFAULT, &otherwise) == 0 && action == otherwise) return 0;   /* the library takes no such rule */
    return seccomp_rule_add_array(filter, action, call, count, compares);
}

int filter_write(FILE *rules, const char *path) {
    char line[MAX_LINE];
    if (fgets(line, sizeof line, rules) == NULL || strncmp(line, "default\t", 8) != 0) return fail("first line", EINVAL);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO((uint32_t)atoi(line + 8)));
    if (filter == NULL) return fail("start", ENOMEM);
    seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);   /* an older library makes a list of it */
    while (fgets(line, sizeof line, rules) != NULL) {
        line[strcspn(line, "\n")] = 0;
        char words[MAX_LINE];
        strcpy(words, line);
        int code = add(filter, words);
        if (code != 0) return fail(line, -code);
    }
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int code = file < 0 ? -errno : seccomp_export_bpf(filter, file);
    if (code != 0 || close(file)) return fail(path, code == 0 ? errno : -code);
    seccomp_release(filter);
    return 0;
}
