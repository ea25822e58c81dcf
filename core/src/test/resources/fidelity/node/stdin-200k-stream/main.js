const { createHash } = require('node:crypto');

let total = 0;
const hash = createHash('sha256');
process.stdin.on('data', (chunk) => {
  total += chunk.length;
  hash.update(chunk);
}).on('end', () => console.log(total, hash.digest('hex')));
