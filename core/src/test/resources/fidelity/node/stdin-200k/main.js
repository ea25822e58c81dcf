const { createHash } = require('node:crypto');

const data = require('node:fs').readFileSync(0);
console.log(data.length, createHash('sha256').update(data).digest('hex'));
