process.stdout.write('0123456789abcdef'.repeat(56000) + 'end');
