# Takes memory and touches it.
my @kept;
push @kept, "x" x (16 << 20) while 1;
