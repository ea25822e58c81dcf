const fs = require('node:fs');

console.log(fs.readdirSync('.', { recursive: true }).sort());
console.log(fs.readFileSync('notes.txt', 'utf8'), fs.existsSync('package.json'));
