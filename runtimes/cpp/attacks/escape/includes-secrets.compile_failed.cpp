// The compiler reads what the program may not: files of root, the agent's environment.
#include "/etc/shadow"
#include "/proc/1/environ"
int main() { return 0; }
