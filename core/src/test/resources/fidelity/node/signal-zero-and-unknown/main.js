console.log(process.kill(process.pid, 0));
process.kill(process.pid, 'SIGNONE');
