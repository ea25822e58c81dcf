const stop = () => {};
process.on('SIGTERM', stop);
process.removeListener('SIGTERM', stop);
process.kill(process.pid, 'SIGTERM');
setTimeout(() => console.log('never'), 5000);
