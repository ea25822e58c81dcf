console.log('before');
if (process.argv.length === 2) return;
console.log('never');
