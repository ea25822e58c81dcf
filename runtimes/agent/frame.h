/* Frames between the service and the agent: u32 length of the payload, u8 type, payload. Numbers are big-endian.
 * docs: runtimes/agent/PROTOCOL.md. Nothing here touches a process or a file, so a fuzzer can drive it alone. */
#ifndef MAYFLY_FRAME_H
#define MAYFLY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER_BYTES = 5, FRAME_MAX_PAYLOAD = 1 << 20, PROTOCOL_VERSION = 1 };

enum frame_type {
    /* service -> agent */
    FRAME_PROGRAM = 'J', FRAME_FILE = 'F', FRAME_DATA = 'D', FRAME_GO = 'G',
    FRAME_STDIN = 'I', FRAME_STDIN_END = 'E', FRAME_SIGNAL = 'S', FRAME_TTY = 'T', FRAME_RESIZE = 'W', FRAME_EXECUTABLE = 'X',
    FRAME_HOLD = 'H', FRAME_PROCESS = 'P', FRAME_FEED = 'A', FRAME_FEED_END = 'B', FRAME_SIGNAL_TO = 'N', FRAME_RESIZE_OF = 'Z', FRAME_ASK_USAGE = 'U',
    /* agent -> service */
    FRAME_READY = 'r', FRAME_STARTED = 's', FRAME_STDOUT = 'o', FRAME_STDERR = 'e', FRAME_STDIN_TAKEN = 'i',
    FRAME_OUT_FILE = 'f', FRAME_OUT_DATA = 'd', FRAME_OUT_SKIPPED = 'k', FRAME_EXIT = 'x', FRAME_REFUSED = '!',
    FRAME_OUTPUT = 'p', FRAME_FED = 'a', FRAME_ENDED = 'q', FRAME_USAGE = 'u', FRAME_OVER = 'z',
};

struct frame {
    uint8_t type;
    const uint8_t *payload;
    size_t length;
};

/* 1: a whole frame is in `frame`, and it took `*used` bytes; 0: more bytes are needed; -1: no frame can start so. */
int frame_parse(const uint8_t *bytes, size_t length, struct frame *frame, size_t *used);
void frame_header(uint8_t header[FRAME_HEADER_BYTES], uint8_t type, size_t length);

/* A cursor that never leaves its bytes: after the first short read `failed` stays set and every value is zero. */
struct cursor {
    const uint8_t *at, *end;
    bool failed;
};
uint64_t cursor_number(struct cursor *cursor, int bytes);
/* Copies a string (u32 length, bytes without NUL); the caller frees it. */
char *cursor_string(struct cursor *cursor);
/* Copies a list (u16 count, strings) as a NULL-terminated vector; the caller frees it with strings_free. */
char **cursor_strings(struct cursor *cursor);
void strings_free(char **strings);

/* What to run and within which bounds. `command` is empty when the waiting interpreter is to run `entrypoint`, which is
 * relative to the work folder, or the path of what the image brings. */
struct program {
    uint64_t wall_nanos, cpu_nanos, output_bytes, file_bytes;
    uint32_t file_count, open_files, cpu_millis;
    char *entrypoint;
    char **command, **args, **env, **outputs;
};
bool program_parse(const uint8_t *payload, size_t length, struct program *program);
void program_free(struct program *program);

/* Rows and columns, each at least 1. */
struct window {
    uint16_t rows, cols;
};
bool window_parse(const uint8_t *payload, size_t length, struct window *window);

/* A process in a sandbox that is held. */
enum process_kind { PROCESS_PLAIN = 'c', PROCESS_AT_TERMINAL = 't', PROCESS_OF_CELLS = 'n', PROCESS_OF_FILES = 'f' };
struct process_request {
    uint32_t id;
    enum process_kind kind;
    struct window window;   /* of one at a terminal */
    char *folder;
    char **command, **env;
};
bool process_parse(const uint8_t *payload, size_t length, struct process_request *request);
void process_free(struct process_request *request);

/* A relative path that stays below its root: no empty, "." or ".." segment, no NUL, at most 1,000 bytes. */
bool path_is_safe(const char *path);

#endif
