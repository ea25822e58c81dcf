process.stdout.write('no newline');
process.stderr.write('none here either');
