process.kill(process.pid, 'SIGSEGV');
setTimeout(() => console.log('never'), 5000);
