const { Readable } = require('node:stream');
const readline = require('node:readline');

const lines = readline.createInterface({ input: Readable.from(['a\nb', 'c\r\nd']) });
lines.on('line', (line) => console.log(JSON.stringify(line)));
