process.on('exit', () => console.log('exit 1'));
process.once('exit', () => console.log('exit 2'));
process.prependListener('exit', () => console.log('exit 0'));
process.on('exit', () => setTimeout(() => console.log('never'), 0));
console.log('main ends');
