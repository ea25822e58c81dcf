const fs = require('node:fs');

const out = fs.createWriteStream('numbers.txt');
for (let n = 0; n < 5; n++) out.write(`${n}\n`);
out.end(() => {
  fs.createReadStream('numbers.txt', { start: 2, end: 5, encoding: 'utf8' })
    .on('data', (text) => console.log(JSON.stringify(text)))
    .on('close', () => console.log('closed'));
});
