// A program of 24 MiB: more than is taken over into the sandbox where it would run.
char data[24 << 20] = {1};
int main(void) { return data[5]; }
