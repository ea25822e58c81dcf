const fs = require('node:fs');

console.log(fs.writeSync(1, 'straight\n'));
fs.writeSync(2, 'to the descriptors\n');
fs.appendFileSync(1, '\n\r\t\x00last');
