process.on('exit', (code) => console.log('cleaned up', code));
process.on('SIGTERM', () => process.exit(143));
process.kill(process.pid, 'SIGTERM');
setTimeout(() => {}, 5000);
