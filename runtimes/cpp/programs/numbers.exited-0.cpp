#include <cstdint>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <vector>

int main() {
    std::vector<int> primes;
    for (int n = 2; n < 100; n++) {
        bool prime = true;
        for (int p : primes) prime = prime && n % p != 0;
        if (prime) primes.push_back(n);
    }
    std::cout << primes.size() << " primes below 100, their sum is " << std::accumulate(primes.begin(), primes.end(), 0) << '\n';
    std::cout << "2 ** 62 = " << (std::int64_t{1} << 62) << "\n1/3 = " << std::fixed << std::setprecision(6) << 1.0 / 3 << '\n';
}
