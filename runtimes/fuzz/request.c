/* A request to the keeper, taken apart into words. */
#define main keeper_main
#include "../keeper/keeper.c"
#undef main

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    static char line[MAX_REQUEST];
    if (length >= sizeof line) return 0;
    memcpy(line, bytes, length);
    line[length] = 0;
    char *words[MAX_WORDS];
    int count = split(line, words);
    if (count < 1 || count >= MAX_WORDS || words[count] != NULL) abort();
    for (int i = 0; i < count; i++)
        if (words[i] < line || words[i] > line + length || strchr(words[i], '\t') != NULL) abort();
    return 0;
}
