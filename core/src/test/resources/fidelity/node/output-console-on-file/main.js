const fs = require('node:fs');
const { Console } = require('node:console');

const stream = fs.createWriteStream('log.txt');
new Console(stream).log('logged %s', 'here');
stream.end(() => console.log(fs.readFileSync('log.txt', 'utf8')));
