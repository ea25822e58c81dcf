process.exitCode = 9;
console.log('leaving by the end', process.exitCode);
