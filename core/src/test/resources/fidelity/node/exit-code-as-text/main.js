process.exitCode = '12';
console.log(typeof process.exitCode);
