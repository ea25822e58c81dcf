#include <stdio.h>

int main(void) {
    int count = 0, sum = 0;
    for (int n = 2; n < 100; n++) {
        int prime = 1;
        for (int d = 2; d * d <= n; d++) prime &= n % d != 0;
        if (prime) count++, sum += n;
    }
    printf("%d primes below 100, their sum is %d\n", count, sum);
    printf("2 ** 62 = %lld\n1/3 = %.6f\n", 1LL << 62, 1.0 / 3);
}
