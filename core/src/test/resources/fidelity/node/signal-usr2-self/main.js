process.kill(process.pid, 'SIGUSR2');
setTimeout(() => console.log('never'), 5000);
