process.on('exit', (code) => console.log('exit with', code, process.exitCode));
console.log('before');
await new Promise(() => {});
console.log('never');
