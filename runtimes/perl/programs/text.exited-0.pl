use strict;
use warnings;
my %counts;
$counts{$_}++ for qw(plum apple plum pear apple plum);
print "$_ $counts{$_}\n" for sort keys %counts;
print "Zwölf Boxkämpfer\n";
