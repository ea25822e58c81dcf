process.on('exit', (code) => console.log('exit', code));
Promise.resolve(8).then(process.exit);
setInterval(() => console.log('never'), 1000);
