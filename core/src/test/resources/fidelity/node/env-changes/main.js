process.env.GREETING = 5;
process.env.ADDED = undefined;
console.log(typeof process.env.GREETING, process.env.ADDED, delete process.env.GREETING, process.env.GREETING);
console.log(require('node:child_process').execSync('echo "[$GREETING] [$ADDED]"', { encoding: 'utf8' }));
console.log(Object.prototype.toString.call(process.env), process.env.toString === Object.prototype.toString);
