/* Throws well-formed, mutated and random bytes at the parser, from one seed; the sanitizers are the judge.
 * Built and run by `make -C runtimes fuzz [ROUNDS=n]`. */
#include "frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x9E3779B97F4A7C15u;
static uint32_t roll(uint32_t bound) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (uint32_t)(state >> 33) % bound;
}

static size_t put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    return (size_t)bytes;
}

static size_t put_strings(uint8_t *at, uint32_t count) {
    uint8_t *start = at;
    at += put(at, count, 2);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length = roll(12);
        at += put(at, length, 4);
        for (uint32_t b = 0; b < length; b++) *at++ = (uint8_t)('a' + roll(26));
    }
    return (size_t)(at - start);
}

static size_t window_frame(uint8_t *bytes) {
    frame_header(bytes, roll(2) ? FRAME_TTY : FRAME_RESIZE, 4);
    return FRAME_HEADER_BYTES + put(bytes + FRAME_HEADER_BYTES, roll(3) ? roll(UINT32_MAX) : roll(2), 4);
}

static size_t well_formed(uint8_t *bytes) {
    uint8_t *at = bytes + FRAME_HEADER_BYTES;
    at += put(at, PROTOCOL_VERSION, 1);
    for (int i = 0; i < 4; i++) at += put(at, 1 + roll(1000000), 8);
    for (int i = 0; i < 3; i++) at += put(at, 1 + roll(1000), 4);
    at += put(at, 7, 4);
    memcpy(at, "main.py", 7);
    at += 7;
    for (int i = 0; i < 4; i++) at += put_strings(at, roll(5));
    size_t length = (size_t)(at - bytes);
    frame_header(bytes, FRAME_PROGRAM, length - FRAME_HEADER_BYTES);
    return length;
}

int main(int argc, char **argv) {
    long rounds = argc > 1 ? atol(argv[1]) : 1000000, frames = 0, programs = 0, refused = 0;
    static uint8_t scratch[4096];
    for (long round = 0; round < rounds; round++) {
        uint32_t kind = roll(5);
        size_t length = kind == 4 ? window_frame(scratch) : well_formed(scratch);
        if (kind == 1) scratch[roll((uint32_t)length)] ^= (uint8_t)(1 << roll(8));
        if (kind == 2) for (uint32_t i = roll(16); i > 0; i--) scratch[roll((uint32_t)length)] = (uint8_t)roll(256);
        if (kind == 3) for (size_t i = FRAME_HEADER_BYTES; i < length; i++) scratch[i] = (uint8_t)roll(256);
        if (roll(8) == 0) length = roll((uint32_t)length + 1);
        uint8_t *bytes = malloc(length + 1);   /* its own allocation: an overread is caught at its very end */
        memcpy(bytes, scratch, length);
        struct frame frame;
        size_t used = 0;
        int parsed = frame_parse(bytes, length, &frame, &used);
        if (parsed < 0) refused++;
        if (parsed > 0) {
            frames++;
            struct window window;
            if (window_parse(frame.payload, frame.length, &window) && (frame.length != 4 || window.rows == 0 || window.cols == 0)) {
                fprintf(stderr, "a window of %u by %u was taken in round %ld\n", window.rows, window.cols, round);
                return 1;
            }
            struct program program;
            if (program_parse(frame.payload, frame.length, &program)) {
                programs++;
                program_free(&program);
            } else if (kind == 0) {
                fprintf(stderr, "a well-formed program was refused in round %ld\n", round);
                return 1;
            }
        }
        free(bytes);
    }
    printf("%ld rounds: %ld frames, %ld programs, %ld refused\n", rounds, frames, programs, refused);
    return frames > 0 && programs > 0 && refused > 0 ? 0 : 1;
}
