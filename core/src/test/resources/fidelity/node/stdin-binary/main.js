const data = require('node:fs').readFileSync(0);
console.log(data.length, data.every((byte, index) => byte === index), data.toString('utf8').length);
