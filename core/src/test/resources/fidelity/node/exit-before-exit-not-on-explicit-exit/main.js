process.on('beforeExit', () => console.log('never'));
process.on('exit', () => console.log('exit'));
process.exitCode = 4;
setTimeout(() => process.exit(), 1);
