const lines = require('node:readline').createInterface({ input: process.stdin });

let count = 0;
let sum = 0;
lines.on('line', (line) => {
  count++;
  sum += Number(line);
}).on('close', () => console.log(count, sum));
