package main

import "fmt"

func main() {
	count, sum := 0, 0
	for n := 2; n < 100; n++ {
		prime := true
		for d := 2; d*d <= n; d++ {
			prime = prime && n%d != 0
		}
		if prime {
			count, sum = count+1, sum+n
		}
	}
	fmt.Printf("%d primes below 100, their sum is %d\n2 ** 62 = %d\n1/3 = %.6f\n", count, sum, int64(1)<<62, 1.0/3)
}
