#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    OUT_BYTES = 1 << 19,
    HOLD_NANOS = 2 * 1000 * 1000,   /* for so long after output was sent, what comes next is gathered ... */
    HOLD_BYTES = 4096,              /* ... unless it is that much: a program that writes single bytes makes no frame of each */
    NO_FRAME = OUT_BYTES,
};

static uint8_t in_buffer[FRAME_HEADER_BYTES + FRAME_MAX_PAYLOAD];
static size_t in_length;
static uint8_t out_buffer[OUT_BYTES];
static size_t out_length;
static size_t open_frame = NO_FRAME;     /* where in out_buffer the frame begins that more output may be added to */
static enum frame_type open_type;
static bool has_output, has_other;       /* what waits in out_buffer */
static uint64_t hold_until;

uint64_t now_nanos(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void flush(bool wait) {
    size_t sent = 0;
    while (sent < out_length) {
        ssize_t written = write(STDOUT_FILENO, out_buffer + sent, out_length - sent);
        if (written > 0) {
            sent += (size_t)written;
        } else if (errno == EAGAIN) {
            if (!wait) break;
            struct pollfd room = {STDOUT_FILENO, POLLOUT, 0};
            poll(&room, 1, -1);
        } else if (errno != EINTR) {
            _exit(0);   /* nobody listens any more */
        }
    }
    if (sent == 0) return;
    out_length -= sent;
    memmove(out_buffer, out_buffer + sent, out_length);
    open_frame = NO_FRAME;
    if (has_output) hold_until = now_nanos() + HOLD_NANOS;
    if (out_length == 0) has_output = has_other = false;
}

uint64_t hold_nanos(uint64_t now) {
    bool held = now < hold_until && has_output && !has_other && out_length < HOLD_BYTES;
    return held ? hold_until - now : 0;
}

bool has_unsent(void) {
    return out_length > 0;
}

bool room_for_output(void) {
    return OUT_BYTES - out_length >= OUT_RESERVE;
}

void put(const void *bytes, size_t length) {
    if (length > OUT_BYTES - out_length) _exit(70);   /* begin_frame has made room */
    memcpy(out_buffer + out_length, bytes, length);
    out_length += length;
}

void put_number(uint64_t value, int bytes) {
    uint8_t number[8];
    for (int i = 0; i < bytes; i++) number[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
    put(number, (size_t)bytes);
}

void begin_frame(enum frame_type type, size_t payload) {
    if (OUT_BYTES - out_length < FRAME_HEADER_BYTES + payload) flush(true);
    uint8_t header[FRAME_HEADER_BYTES];
    frame_header(header, type, payload);
    put(header, sizeof header);
    open_frame = NO_FRAME;
    if (type == FRAME_STDOUT || type == FRAME_STDERR) has_output = true;
    else has_other = true;
}

static bool join(enum frame_type type, const uint8_t *bytes, size_t length) {
    if (open_frame == NO_FRAME || open_type != type) return false;
    size_t payload = out_length - open_frame - FRAME_HEADER_BYTES + length;
    if (payload > CHUNK_BYTES || length > OUT_BYTES - out_length) return false;
    frame_header(out_buffer + open_frame, type, payload);
    put(bytes, length);
    return true;
}

void put_output(enum frame_type type, uint64_t nanos, const uint8_t *bytes, size_t length) {
    if (join(type, bytes, length)) return;
    begin_frame(type, 8 + length);
    open_frame = out_length - FRAME_HEADER_BYTES;
    open_type = type;
    put_number(nanos, 8);
    put(bytes, length);
}

_Noreturn void refuse(const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof message) length = sizeof message - 1;
    begin_frame(FRAME_REFUSED, (size_t)length);
    put(message, (size_t)length);
    flush(true);
    _exit(1);
}

void service_read(void (*take)(const struct frame *frame)) {
    ssize_t length = read(STDIN_FILENO, in_buffer + in_length, sizeof in_buffer - in_length);
    if (length < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (length <= 0) _exit(0);
    in_length += (size_t)length;
    size_t at = 0, used;
    struct frame frame;
    int parsed;
    while ((parsed = frame_parse(in_buffer + at, in_length - at, &frame, &used)) > 0) {
        take(&frame);
        at += used;
    }
    if (parsed < 0) refuse("not a frame");
    in_length -= at;
    memmove(in_buffer, in_buffer + at, in_length);
}

_Noreturn void service_leave(void) {
    fcntl(STDIN_FILENO, F_SETFL, 0);
    while (read(STDIN_FILENO, in_buffer, sizeof in_buffer) > 0) {}
    _exit(0);
}
