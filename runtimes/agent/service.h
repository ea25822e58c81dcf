/* The agent's two ends towards the service: frames in from stdin, frames out to stdout. */
#ifndef MAYFLY_SERVICE_H
#define MAYFLY_SERVICE_H

#include "frame.h"

enum {
    CHUNK_BYTES = 32768,
    OUT_RESERVE = CHUNK_BYTES + 64,   /* output is read only when a whole frame of it fits */
};

uint64_t now_nanos(void);

/* ---- out ---- */

/* Begins a frame of so many bytes, which `put` and `put_number` then give. Waits for room. */
void begin_frame(enum frame_type type, size_t payload);
void put(const void *bytes, size_t length);
void put_number(uint64_t value, int bytes);
/* A chunk of the program's output: joins the last frame that has not left, where it is the same stream's. */
void put_output(enum frame_type type, uint64_t nanos, const uint8_t *bytes, size_t length);
bool room_for_output(void);
bool has_unsent(void);
/* Sends what waits; all of it with `wait`. Ends the agent when nobody listens any more. */
void flush(bool wait);
/* How long a little output still waits for more, in nanoseconds: 0 when it is to be sent. */
uint64_t hold_nanos(uint64_t now);
_Noreturn void refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- in ---- */

/* Reads once, and hands over every whole frame. Ends the agent at the end of stdin. */
void service_read(void (*take)(const struct frame *frame));
/* Reads and forgets until the service has gone, and ends. */
_Noreturn void service_leave(void);

#endif
