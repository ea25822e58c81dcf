console.log(Object.keys(console).sort().join(' '));
console.log(console.log.name, console._stdout === process.stdout, console._stderr === process.stderr);
