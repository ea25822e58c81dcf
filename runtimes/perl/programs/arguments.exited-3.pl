use strict;
use warnings;
print scalar(@ARGV), " arguments: ", join("|", @ARGV), "\n";
chomp(my @lines = <STDIN>);
print scalar(@lines), " lines, the last is $lines[-1]\n";
exit 3;
