process.stdout.cork();
process.stdout.write('a');
process.stdout.write('b\n');
process.nextTick(() => process.stdout.uncork());
process.stdout.on('finish', () => console.error('finished'));
setTimeout(() => process.stdout.end('the end\n'), 5);
