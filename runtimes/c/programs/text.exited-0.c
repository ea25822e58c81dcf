#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

int main(void) {
    const char *words[] = {"plum", "apple", "plum", "pear", "apple", "plum"};
    qsort(words, 6, sizeof *words, compare);
    for (int i = 0, from = 0; i < 6; i++) {
        if (i == 5 || strcmp(words[i], words[i + 1])) {
            printf("%s %d\n", words[i], i + 1 - from);
            from = i + 1;
        }
    }
    puts("Zwölf Boxkämpfer");
}
