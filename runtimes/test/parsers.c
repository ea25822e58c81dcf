/* Tables of what the agent's parsers take and refuse. */
#include "../agent/files.c"

#include <assert.h>

static void patterns_match_as_they_are_documented(void) {
    static const struct { const char *pattern, *path; bool fits; } TABLE[] = {
        {"a.txt", "a.txt", true}, {"a.txt", "b.txt", false}, {"*.txt", "a.txt", true}, {"*.txt", "d/a.txt", false}, {"*", ".hidden", false},
        {".*", ".hidden", true}, {"d/*.txt", "d/a.txt", true}, {"d/*.txt", "d/e/a.txt", false}, {"**", "d/e/a.txt", true}, {"**/*.txt", "a.txt", true},
        {"**/*.txt", "d/e/a.txt", true}, {"d/**/a.txt", "d/a.txt", true}, {"d/**/a.txt", "d/e/f/a.txt", true}, {"d/**/a.txt", "e/a.txt", false},
        {"[ab].txt", "b.txt", true}, {"?.txt", "ab.txt", false}, {"**/d/**/a", "x/d/y/z/a", true}, {"**/d/**/a", "x/y/z/a", false}, {"a", "a/b", false},
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        if (matches(TABLE[i].pattern, TABLE[i].path) == TABLE[i].fits) continue;
        fprintf(stderr, "%s and %s should%s match\n", TABLE[i].pattern, TABLE[i].path, TABLE[i].fits ? "" : " not");
        abort();
    }
}

static void only_paths_below_are_safe(void) {
    static const char *const SAFE[] = {"a", "a/b", "..a", "a..", "...", "a/.b"}, *const UNSAFE[] = {"", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "./a"};
    for (size_t i = 0; i < sizeof SAFE / sizeof *SAFE; i++) assert(path_is_safe(SAFE[i]));
    for (size_t i = 0; i < sizeof UNSAFE / sizeof *UNSAFE; i++) assert(!path_is_safe(UNSAFE[i]));
    char longest[1003];
    memset(longest, 'a', sizeof longest);
    for (int i = 100; i < 1000; i += 100) longest[i] = '/';
    longest[1000] = 0;
    assert(path_is_safe(longest));
    longest[1000] = 'a', longest[1001] = 0;
    assert(!path_is_safe(longest));
}

static size_t number(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return (size_t)bytes;
}

static size_t text(uint8_t *at, const char *value) {
    size_t length = strlen(value);
    number(at, length, 4);
    memcpy(at + 4, value, length);
    return length + 4;
}

/* A program with one argument. */
static size_t write_program(uint8_t *bytes, const char *entrypoint) {
    uint8_t *at = bytes + FRAME_HEADER_BYTES;
    at += number(at, PROTOCOL_VERSION, 1);
    for (int i = 0; i < 4; i++) at += number(at, 1000, 8);
    for (int i = 0; i < 3; i++) at += number(at, 100, 4);
    at += text(at, entrypoint);
    at += number(at, 0, 2);
    at += number(at, 1, 2), at += text(at, "first");
    for (int i = 0; i < 2; i++) at += number(at, 0, 2);
    size_t length = (size_t)(at - bytes);
    frame_header(bytes, FRAME_PROGRAM, length - FRAME_HEADER_BYTES);
    return length;
}

static void frame_is_whole_or_wants_more(void) {
    uint8_t bytes[256];
    struct frame frame;
    size_t used, length = write_program(bytes, "main.py");
    for (size_t part = 0; part < length; part++) assert(frame_parse(bytes, part, &frame, &used) == 0);
    assert(frame_parse(bytes, length, &frame, &used) == 1 && used == length && frame.type == FRAME_PROGRAM);
    number(bytes, FRAME_MAX_PAYLOAD + 1, 4);
    assert(frame_parse(bytes, length, &frame, &used) == -1);
}

static void program_is_read_as_it_was_written_or_not_at_all(void) {
    uint8_t bytes[256];
    struct program program;
    size_t length = write_program(bytes, "main.py") - FRAME_HEADER_BYTES;
    const uint8_t *payload = bytes + FRAME_HEADER_BYTES;
    assert(program_parse(payload, length, &program));
    assert(strcmp(program.entrypoint, "main.py") == 0 && strcmp(program.args[0], "first") == 0 && program.args[1] == NULL && program.command[0] == NULL);
    assert(program.wall_nanos == 1000 && program.open_files == 100);
    program_free(&program);
    for (size_t part = 0; part < length; part++) assert(!program_parse(payload, part, &program));
    assert(!program_parse(payload, length + 1, &program));
    length = write_program(bytes, "../main.py") - FRAME_HEADER_BYTES;
    assert(!program_parse(payload, length, &program));
    length = write_program(bytes, "/mayfly/../cells") - FRAME_HEADER_BYTES;
    assert(!program_parse(payload, length, &program));
    length = write_program(bytes, "/mayfly/cells") - FRAME_HEADER_BYTES;
    assert(program_parse(payload, length, &program));
    program_free(&program);
}

/* A process with one word. */
static size_t write_process(uint8_t *bytes, uint8_t kind, uint16_t rows, const char *folder, int words) {
    uint8_t *at = bytes;
    at += number(at, 7, 4), at += number(at, kind, 1), at += number(at, rows, 2), at += number(at, rows, 2);
    at += text(at, folder);
    at += number(at, (uint64_t)words, 2);
    for (int i = 0; i < words; i++) at += text(at, "word");
    at += number(at, 0, 2);
    return (size_t)(at - bytes);
}

static void process_is_read_as_it_was_written_or_not_at_all(void) {
    uint8_t bytes[256];
    struct process_request request;
    size_t length = write_process(bytes, PROCESS_PLAIN, 0, "/work", 1);
    assert(process_parse(bytes, length, &request));
    assert(request.id == 7 && request.kind == PROCESS_PLAIN && strcmp(request.folder, "/work") == 0 && strcmp(request.command[0], "word") == 0);
    process_free(&request);
    for (size_t part = 0; part < length; part++) assert(!process_parse(bytes, part, &request));
    assert(!process_parse(bytes, length + 1, &request));
    assert(!process_parse(bytes, write_process(bytes, 'x', 0, "/work", 1), &request));
    assert(!process_parse(bytes, write_process(bytes, PROCESS_PLAIN, 24, "/work", 1), &request));
    assert(!process_parse(bytes, write_process(bytes, PROCESS_AT_TERMINAL, 0, "/work", 1), &request));
    assert(!process_parse(bytes, write_process(bytes, PROCESS_PLAIN, 0, "work", 1), &request));
    assert(!process_parse(bytes, write_process(bytes, PROCESS_PLAIN, 0, "/work", 0), &request));
    assert(process_parse(bytes, write_process(bytes, PROCESS_AT_TERMINAL, 24, "/", 1), &request));
    process_free(&request);
}

int main(void) {
    process_is_read_as_it_was_written_or_not_at_all();
    patterns_match_as_they_are_documented();
    only_paths_below_are_safe();
    frame_is_whole_or_wants_more();
    program_is_read_as_it_was_written_or_not_at_all();
    return 0;
}
