process.kill(process.pid, 'SIGHUP');
setTimeout(() => console.log('never'), 5000);
