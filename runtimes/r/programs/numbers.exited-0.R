primes <- Filter(function(n) n == 2 || all(n %% 2:(n - 1) != 0), 2:99)
cat(sprintf("%d primes below 100, their sum is %d\n", length(primes), sum(primes)))
cat(sprintf("2 ** 62 = %.0f\n1/3 = %.6f\n", 2^62, 1 / 3))
