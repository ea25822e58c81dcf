/* The head of a snapshot, which the agent takes for its own only where nothing in it leads outside of it. */
#include "../agent/restore.c"

#include <stdlib.h>

static struct snapshot head;

static void check(void) {
    for (uint64_t i = 0; i < head.areas; i++)
        if (head.area[i].source >= SNAPSHOT_FIRST_FILE && memchr(head.file[head.area[i].source - SNAPSHOT_FIRST_FILE], 0, SNAPSHOT_PATH) == NULL) abort();
    for (uint64_t i = 0; i < head.descriptors; i++)
        if (head.descriptor[i].length > sizeof head.descriptor[i].value) abort();
    for (int i = 0; i < SNAPSHOT_KERNEL_AREAS; i++)
        if (memchr(head.kernel[i].name, 0, SNAPSHOT_NAME) == NULL) abort();
}

/* The first bytes are the head's first ones, with what every head has; the others lie where the counts of the head say that there is something. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    enum { COUNTS = 4 };
    memset(&head, 0, sizeof head);
    if (length < COUNTS * sizeof(uint16_t)) return 0;
    uint16_t counts[COUNTS];
    memcpy(counts, bytes, sizeof counts);
    bytes += sizeof counts, length -= sizeof counts;
    head.magic = SNAPSHOT_MAGIC, head.bytes = head.file_bytes = sizeof head;
    head.areas = counts[0], head.threads = counts[1], head.descriptors = counts[2], head.runs = counts[3];
    head.thread[0].id = (uint64_t)getpid();
    uint8_t *const places[] = {(uint8_t *)head.area, (uint8_t *)head.descriptor, (uint8_t *)head.kernel, (uint8_t *)head.file};
    size_t const rooms[] = {sizeof head.area, sizeof head.descriptor, sizeof head.kernel, sizeof head.file};
    for (int i = 0; i < 4 && length > 0; i++) {
        size_t part = length / (size_t)(4 - i) < rooms[i] ? length / (size_t)(4 - i) : rooms[i];
        memcpy(places[i], bytes, part);
        bytes += part, length -= part;
    }
    if (is_fit(&head, sizeof head)) check();
    return 0;
}
