/* Patterns of output files, which a caller chooses, against names, which a program chooses: as a plain recursive matcher has it. */
#include "../agent/files.c"

static bool matches_plainly(const char *pattern, const char *path) {
    if (is_any_folders(pattern)) {
        if (pattern[2] == 0) return true;
        for (const char *at = path; at != NULL; at = strchr(at, '/') == NULL ? NULL : strchr(at, '/') + 1)
            if (matches_plainly(pattern + 3, at)) return true;
        return false;
    }
    const char *pattern_end = strchrnul(pattern, '/'), *path_end = strchrnul(path, '/');
    if (!segment_matches(pattern, (size_t)(pattern_end - pattern), path, (size_t)(path_end - path)) || *pattern_end != *path_end) return false;
    return *pattern_end == 0 || matches_plainly(pattern_end + 1, path_end + 1);
}

/* A pattern, a NUL, a path. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    enum { LONGEST = 64 };   /* the plain matcher takes exponential time */
    const uint8_t *end = memchr(bytes, 0, length);
    if (end == NULL || length > LONGEST) return 0;
    char pattern[LONGEST + 1], path[LONGEST + 1];
    size_t pattern_length = (size_t)(end - bytes), path_length = length - pattern_length - 1;
    memcpy(pattern, bytes, pattern_length + 1);
    memcpy(path, end + 1, path_length);
    path[path_length] = 0;
    if (!path_is_safe(path)) return 0;
    if (matches(pattern, path) != matches_plainly(pattern, path)) abort();
    return 0;
}
