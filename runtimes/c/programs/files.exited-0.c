#include <stdio.h>
#include <sys/stat.h>

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
}

int main(void) {
    char text[100];
    mkdir("notes", 0755);
    write_file("notes/a.txt", "hello from a\n");
    write_file("notes/b.txt", "");
    FILE *file = fopen("notes/a.txt", "r");
    fgets(text, sizeof text, file);
    fclose(file);
    struct stat status;
    printf("%s %s\n%s", stat("notes/a.txt", &status) ? "?" : "a.txt", stat("notes/b.txt", &status) ? "?" : "b.txt", text);
}
