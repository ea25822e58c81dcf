/* Rules for libseccomp, one a line, words between tabs, the first line before the others:
 *   default ERRNO                            for every system call that no rule allows
 *   allow|errno ERRNO NAME                   allow: ERRNO is 0
 *   allow|errno ERRNO NAME INDEX OP A B      only when the argument of this index is so: eq A; masked-eq: & A is B
 * A name that this processor's kernels do not know is passed over. */
#include "filter.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LINE = 512, BINARY_TREE = 2 };

static int fail(const char *what, int code) {
    fprintf(stderr, "keeper: the filter's %s: %s\n", what, strerror(code));
    return 70;
}

static int add(scmp_filter_ctx filter, char *line) {
    char *kind = strsep(&line, "\t"), *number = strsep(&line, "\t"), *name = strsep(&line, "\t"), *index = strsep(&line, "\t");
    char *op = strsep(&line, "\t"), *a = strsep(&line, "\t"), *b = strsep(&line, "\t");
    if (name == NULL || (index != NULL && b == NULL) || line != NULL) return -EINVAL;
    bool allow = strcmp(kind, "allow") == 0, equal = index == NULL || strcmp(op, "eq") == 0;
    if ((!allow && strcmp(kind, "errno") != 0) || (!equal && strcmp(op, "masked-eq") != 0)) return -EINVAL;
    int call = seccomp_syscall_resolve_name(name);
    if (call == __NR_SCMP_ERROR) return 0;
    uint32_t action = allow ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO((uint32_t)atoi(number));
    if (index == NULL) return seccomp_rule_add(filter, action, call, 0);
    struct scmp_arg_cmp compare = {
        (unsigned)atoi(index), equal ? SCMP_CMP_EQ : SCMP_CMP_MASKED_EQ, strtoull(a, NULL, 10), strtoull(b, NULL, 10),
    };
    return seccomp_rule_add_array(filter, action, call, 1, &compare);
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
