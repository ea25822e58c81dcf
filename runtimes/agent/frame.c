#include "frame.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STRINGS = 4096, MAX_PATH_BYTES = 1000 };

static bool known(uint8_t type) {
    return type != 0 && strchr("JFDXGIESTWHPABNZU", type) != NULL;
}

int frame_parse(const uint8_t *bytes, size_t length, struct frame *frame, size_t *used) {
    if (length < FRAME_HEADER_BYTES) return 0;
    size_t payload = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
    if (payload > FRAME_MAX_PAYLOAD || !known(bytes[4])) return -1;
    if (length - FRAME_HEADER_BYTES < payload) return 0;
    *frame = (struct frame){bytes[4], bytes + FRAME_HEADER_BYTES, payload};
    *used = FRAME_HEADER_BYTES + payload;
    return 1;
}

void frame_header(uint8_t header[FRAME_HEADER_BYTES], uint8_t type, size_t length) {
    for (int i = 0; i < 4; i++) header[i] = (uint8_t)(length >> (24 - 8 * i));
    header[4] = type;
}

uint64_t cursor_number(struct cursor *cursor, int bytes) {
    if (cursor->failed || cursor->end - cursor->at < bytes) {
        cursor->failed = true;
        return 0;
    }
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | *cursor->at++;
    return value;
}

char *cursor_string(struct cursor *cursor) {
    size_t length = cursor_number(cursor, 4);
    if (cursor->failed || (size_t)(cursor->end - cursor->at) < length || memchr(cursor->at, 0, length)) {
        cursor->failed = true;
        return NULL;
    }
    char *text = malloc(length + 1);
    if (text == NULL) abort();
    memcpy(text, cursor->at, length);
    text[length] = 0;
    cursor->at += length;
    return text;
}

char **cursor_strings(struct cursor *cursor) {
    size_t count = cursor_number(cursor, 2);
    if (count > MAX_STRINGS) cursor->failed = true;
    if (cursor->failed) return NULL;
    char **strings = calloc(count + 1, sizeof *strings);
    if (strings == NULL) abort();
    for (size_t i = 0; i < count && !cursor->failed; i++) strings[i] = cursor_string(cursor);
    return strings;
}

void strings_free(char **strings) {
    for (char **at = strings; at != NULL && *at != NULL; at++) free(*at);
    free(strings);
}

bool program_parse(const uint8_t *payload, size_t length, struct program *program) {
    struct cursor cursor = {payload, payload + length, false};
    *program = (struct program){0};
    if (cursor_number(&cursor, 1) != PROTOCOL_VERSION) return false;
    program->wall_nanos = cursor_number(&cursor, 8);
    program->cpu_nanos = cursor_number(&cursor, 8);
    program->output_bytes = cursor_number(&cursor, 8);
    program->file_bytes = cursor_number(&cursor, 8);
    program->file_count = (uint32_t)cursor_number(&cursor, 4);
    program->open_files = (uint32_t)cursor_number(&cursor, 4);
    program->cpu_millis = (uint32_t)cursor_number(&cursor, 4);
    program->entrypoint = cursor_string(&cursor);
    program->command = cursor_strings(&cursor);
    program->args = cursor_strings(&cursor);
    program->env = cursor_strings(&cursor);
    program->outputs = cursor_strings(&cursor);
    bool valid = !cursor.failed && cursor.at == cursor.end && program->wall_nanos > 0 && program->cpu_nanos > 0
              && program->cpu_millis > 0 && path_is_safe(program->entrypoint + (program->entrypoint[0] == '/'));
    if (!valid) program_free(program);
    return valid;
}

void program_free(struct program *program) {
    free(program->entrypoint);
    strings_free(program->command);
    strings_free(program->args);
    strings_free(program->env);
    strings_free(program->outputs);
    *program = (struct program){0};
}

bool window_parse(const uint8_t *payload, size_t length, struct window *window) {
    struct cursor cursor = {payload, payload + length, false};
    window->rows = (uint16_t)cursor_number(&cursor, 2);
    window->cols = (uint16_t)cursor_number(&cursor, 2);
    return !cursor.failed && cursor.at == cursor.end && window->rows > 0 && window->cols > 0;
}

static bool is_kind(uint64_t kind) {
    return kind == PROCESS_PLAIN || kind == PROCESS_AT_TERMINAL || kind == PROCESS_OF_CELLS || kind == PROCESS_OF_FILES;
}

bool process_parse(const uint8_t *payload, size_t length, struct process_request *request) {
    struct cursor cursor = {payload, payload + length, false};
    *request = (struct process_request){0};
    request->id = (uint32_t)cursor_number(&cursor, 4);
    uint64_t kind = cursor_number(&cursor, 1);
    request->window.rows = (uint16_t)cursor_number(&cursor, 2);
    request->window.cols = (uint16_t)cursor_number(&cursor, 2);
    request->folder = cursor_string(&cursor);
    request->command = cursor_strings(&cursor);
    request->env = cursor_strings(&cursor);
    bool has_window = request->window.rows > 0 && request->window.cols > 0;
    bool valid = !cursor.failed && cursor.at == cursor.end && is_kind(kind) && request->command[0] != NULL && request->folder[0] == '/'
              && has_window == (kind == PROCESS_AT_TERMINAL);
    if (valid) request->kind = (enum process_kind)kind;
    else process_free(request);
    return valid;
}

void process_free(struct process_request *request) {
    free(request->folder);
    strings_free(request->command);
    strings_free(request->env);
    *request = (struct process_request){0};
}

bool path_is_safe(const char *path) {
    size_t length = strlen(path);
    if (length == 0 || length > MAX_PATH_BYTES) return false;
    for (const char *segment = path; segment != NULL;) {
        const char *slash = strchr(segment, '/');
        size_t bytes = slash != NULL ? (size_t)(slash - segment) : strlen(segment);
        if (bytes == 0 || bytes > 255 || (bytes == 1 && segment[0] == '.')
            || (bytes == 2 && segment[0] == '.' && segment[1] == '.'))
            return false;
        segment = slash != NULL ? slash + 1 : NULL;
    }
    return true;
}
