use strict;
use warnings;
use List::Util qw(sum0 none);
my @primes = grep { my $n = $_; none { $n % $_ == 0 } 2 .. $n - 1 } 2 .. 99;
printf "%d primes below 100, their sum is %d\n", scalar @primes, sum0 @primes;
printf "2 ** 62 = %d\n1/3 = %.6f\n", 1 << 62, 1 / 3;
