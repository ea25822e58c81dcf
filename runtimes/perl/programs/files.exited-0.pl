use strict;
use warnings;
mkdir 'notes' or die $!;
for my $name ('a', 'b') {
    open my $file, '>', "notes/$name.txt" or die $!;
    print $file "hello from a\n" if $name eq 'a';
    close $file;
}
print join(' ', map { s{.*/}{}r } glob 'notes/*'), "\n";
open my $file, '<', 'notes/a.txt' or die $!;
print <$file>;
