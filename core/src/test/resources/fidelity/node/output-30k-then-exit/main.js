// More than a pipe holds would be cut off by process.exit.
process.stdout.write('abcdefghi\n'.repeat(3000));
process.exit(1);
