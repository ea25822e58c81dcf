const readline = require('node:readline');

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    console.log(line.split(' ').map(Number).reduce((a, b) => a + b));
  }
})();
