const path = require('node:path');

console.log(process.cwd(), path.resolve('x'), __dirname);
process.chdir('/tmp');
console.log(process.cwd(), path.resolve('x'), __dirname);
process.chdir('/absent');
