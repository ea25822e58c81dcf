/* A copy of a waiting interpreter is given another seed for its hashes. What was hashed before, thousands of the interpreter's own names, lies
 * in dicts and sets by those hashes, and keeps them; so they are remembered. Every text from then on has the hash of the new seed. */
#define PY_SSIZE_T_CLEAN
#include "hashes.h"

#include <Python.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

typedef Py_hash_t (*hash_function)(const void *, Py_ssize_t);

/* Exported, but declared in an internal header: the seed, of which SipHash takes the first 16 bytes. */
extern unsigned char _Py_HashSecret[24];

enum { FIRST_SLOTS = 1 << 14 };

static hash_function original;
static uint64_t *slots;   /* open addressing; 0 is a free one */
static size_t slot_count, used;
static uint64_t old_seed[2];

static void set_function(hash_function function) {
    memcpy((void *)&PyHash_GetFuncDef()->hash, &function, sizeof function);
}

static _Noreturn void fail(const char *what) {
    perror(what);
    _exit(70);
}

static void *pages(size_t bytes) {
    void *place = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) fail("memory for hashes");
    return place;
}

/* The slot with this hash, or the free one where it belongs. */
static uint64_t *slot(uint64_t hash) {
    size_t at = hash & (slot_count - 1);
    while (slots[at] != 0 && slots[at] != hash) at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

static void grow(void) {
    uint64_t *before = slots;
    size_t count = slot_count;
    slot_count = count == 0 ? FIRST_SLOTS : 2 * count;
    slots = pages(slot_count * sizeof *slots);
    for (size_t i = 0; i < count; i++)
        if (before[i] != 0) *slot(before[i]) = before[i];
    if (before != NULL) munmap(before, count * sizeof *before);
}

static Py_hash_t remember(const void *text, Py_ssize_t length) {
    Py_hash_t hash = original(text, length);
    uint64_t *place = slot((uint64_t)hash);
    if (*place == 0 && hash != 0) {
        *place = (uint64_t)hash;
        if (++used * 4 > slot_count * 3) grow();
    }
    return hash;
}

static uint64_t rotate(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

static void mix(uint64_t v[static 4]) {
    v[0] += v[1], v[2] += v[3], v[1] = rotate(v[1], 13) ^ v[0], v[3] = rotate(v[3], 16) ^ v[2], v[0] = rotate(v[0], 32);
    v[2] += v[1], v[0] += v[3], v[1] = rotate(v[1], 17) ^ v[2], v[3] = rotate(v[3], 21) ^ v[0], v[2] = rotate(v[2], 32);
}

/* SipHash-1-3, as CPython has it, with the seed from before. */
static Py_hash_t old_hash(const void *text, Py_ssize_t length) {
    uint64_t v[] = {
        old_seed[0] ^ UINT64_C(0x736f6d6570736575), old_seed[1] ^ UINT64_C(0x646f72616e646f6d),
        old_seed[0] ^ UINT64_C(0x6c7967656e657261), old_seed[1] ^ UINT64_C(0x7465646279746573),
    };
    const unsigned char *at = text;
    Py_ssize_t left = length;
    for (uint64_t word; left >= 8; at += 8, left -= 8) {
        memcpy(&word, at, 8);
        v[3] ^= word;
        mix(v);
        v[0] ^= word;
    }
    uint64_t last = (uint64_t)length << 56;
    for (Py_ssize_t i = 0; i < left; i++) last |= (uint64_t)at[i] << (8 * i);
    v[3] ^= last;
    mix(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    mix(v), mix(v), mix(v);
    return (Py_hash_t)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

static Py_hash_t known_or_new(const void *text, Py_ssize_t length) {
    Py_hash_t old = old_hash(text, length);
    return *slot((uint64_t)old) == (uint64_t)old ? old : original(text, length);
}

void hashes_remember(void) {
    original = PyHash_GetFuncDef()->hash;
    grow();
    set_function(remember);
}

void hashes_wait(void) {
    memcpy(old_seed, _Py_HashSecret, sizeof old_seed);
    if (mprotect(slots, slot_count * sizeof *slots, PROT_READ)) fail("hashes");
}

void hashes_keep(void) {
    set_function(original);
    munmap(slots, slot_count * sizeof *slots);
}

void hashes_reseed(void) {
    static const char text[] = "a text of several words";
    for (Py_ssize_t length = 1; length < (Py_ssize_t)sizeof text; length++)
        if (old_hash(text, length) != original(text, length)) Py_FatalError("this is not the hash function that is known");
    if (getrandom(_Py_HashSecret, sizeof _Py_HashSecret, 0) != sizeof _Py_HashSecret) fail("getrandom");
    set_function(known_or_new);
}
