/* A sandbox that is held: processes come and go in it until the service leaves it, or its time is over. */
#ifndef MAYFLY_HELD_H
#define MAYFLY_HELD_H

#include "agent.h"

/* @param first the interpreter that waits, which becomes process 0, or NULL */
void held_begin(const struct program *program, const struct child *first);
void held_take(const struct frame *frame);
void held_wait(int signals);   /* once: waits for whatever comes, and does what it asks for */

#endif
