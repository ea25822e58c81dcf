process.on('exit', () => console.log('not called'));
console.log('written at once');
process.reallyExit(13);
