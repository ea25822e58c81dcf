#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>

int main() {
    std::filesystem::create_directory("notes");
    std::ofstream("notes/a.txt") << "hello from a\n";
    std::ofstream("notes/b.txt");
    std::set<std::string> names;
    for (auto &entry : std::filesystem::directory_iterator("notes")) names.insert(entry.path().filename());
    const char *separator = "";
    for (auto &name : names) std::cout << separator << name, separator = " ";
    std::string text;
    std::ifstream file("notes/a.txt");
    std::getline(file, text);
    std::cout << '\n' << text << '\n';
}
