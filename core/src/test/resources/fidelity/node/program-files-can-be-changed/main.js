const fs = require('node:fs');

fs.appendFileSync('notes.txt', 'new\n');
console.log(fs.readFileSync('notes.txt', 'utf8'), fs.readFileSync(__filename, 'utf8').split('\n')[0]);
fs.unlinkSync(__filename);
console.log(fs.readdirSync('.'));
