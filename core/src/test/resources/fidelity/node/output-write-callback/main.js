process.stdout.write('first\n', () => process.stdout.write('after first\n'));
process.stdout.write('second\n', 'latin1', (error) => console.log('callback', error));
process.stdout.on('finish', () => console.log('never'));
console.log('main ends');
