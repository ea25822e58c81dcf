process.on('exit', () => console.log('not called'));
console.log('before');
process.kill(process.pid, 'SIGINT');
setTimeout(() => console.log('never'), 5000);
