$| = 1;
print "before\n";
$! = 2;
die "on purpose\n";
