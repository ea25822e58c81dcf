#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    char line[100], last[100] = "";
    int lines = 0;
    printf("%d arguments: %s|%s\n", argc - 1, argv[1], argv[2]);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        strcpy(last, line);
        lines++;
    }
    printf("%d lines, the last is %s\n", lines, last);
    return 3;
}
