/* The agent's frames, as a service that was taken over, or a bug in it, might send them. */
#include "../agent/frame.h"

#include <stdlib.h>
#include <string.h>

static void parse_payload(const struct frame *frame) {
    struct window window;
    if (window_parse(frame->payload, frame->length, &window) && (window.rows == 0 || window.cols == 0)) abort();
    struct process_request process;
    if (process_parse(frame->payload, frame->length, &process)) {
        if (process.command[0] == NULL || process.folder[0] != '/') abort();
        process_free(&process);
    }
    struct program program;
    if (!program_parse(frame->payload, frame->length, &program)) return;
    bool in_image = program.entrypoint[0] == '/';
    if (!path_is_safe(program.entrypoint + in_image) || program.wall_nanos == 0 || program.cpu_nanos == 0) abort();
    if (program.entrypoint[in_image] == '/' || strstr(program.entrypoint, "/../") != NULL) abort();
    program_free(&program);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    while (length > 0) {
        struct frame frame;
        size_t used = 0;
        if (frame_parse(bytes, length, &frame, &used) <= 0) break;
        if (used > length || used != frame.length + FRAME_HEADER_BYTES || frame.length > FRAME_MAX_PAYLOAD) abort();
        parse_payload(&frame);
        bytes += used;
        length -= used;
    }
    return 0;
}
