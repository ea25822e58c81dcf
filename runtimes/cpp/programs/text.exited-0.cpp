#include <iostream>
#include <map>
#include <string>

int main() {
    std::map<std::string, int> counts;
    for (auto word : {"plum", "apple", "plum", "pear", "apple", "plum"}) counts[word]++;
    for (auto &[word, count] : counts) std::cout << word << ' ' << count << '\n';
    std::cout << "Zwölf Boxkämpfer\n";
}
