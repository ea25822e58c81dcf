/* The stage: where a process that becomes the interpreter of a snapshot keeps what it needs while all else of its memory goes.
 *
 *   STAGE_START                                                                        STAGE_START + STAGE_BYTES
 *   | struct stage: the snapshot's head | kernel_now | stack |   …   | parked areas |  …  | code |
 *   |   mapped from its file            |                    |       | of the kernel|     | exchange_code, copied there
 *                                                                    ^ STAGE_START + PARKED
 *
 * From the first munmap on nothing else of the program is there: no library, no data, no function outside of the code's copy. So that code is
 * compiled by itself, and the build fails where it refers to anything (Makefile). */
#ifndef MAYFLY_EXCHANGE_H
#define MAYFLY_EXCHANGE_H

#include "agent.h"
#include "snapshot.h"

/* What the exchange knows, all of it on the stage. The snapshot's head is mapped from its file. */
struct stage {
    _Alignas(SNAPSHOT_PAGE) struct snapshot snapshot;
    _Alignas(SNAPSHOT_PAGE) uint64_t kernel_now[SNAPSHOT_KERNEL_AREAS];   /* where this process has them */
    uint8_t stack[16384];
};

enum { SNAPSHOT_FD = CONTROL_FD + 1, CODE_BYTES = 4096, PARKED = 1 << 19 };

_Static_assert(sizeof(struct stage) + CODE_BYTES <= PARKED, "the stage is too small");

/* From here to there is what is copied to the stage; `exchange` is called there, and does not return. */
extern const uint8_t __start_exchange_code[], __stop_exchange_code[];
_Noreturn void exchange(struct stage *stage);

#endif
