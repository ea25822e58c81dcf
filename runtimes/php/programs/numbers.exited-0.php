<?php
$primes = array_filter(range(2, 99), fn($n) => array_reduce(range(1, $n), fn($divisors, $d) => $divisors + ($n % $d == 0), 0) == 2);
printf("%d primes below 100, their sum is %d\n", count($primes), array_sum($primes));
printf("2 ** 62 = %d\n1/3 = %.6f\n", 2 ** 62, 1 / 3);
