#include <iostream>
#include <string>

int main(int argc, char **argv) {
    std::cout << argc - 1 << " arguments: " << argv[1] << '|' << argv[2] << '\n';
    std::string line, last;
    int lines = 0;
    while (std::getline(std::cin, line)) last = line, lines++;
    std::cout << lines << " lines, the last is " << last << '\n';
    return 3;
}
