const fs = require('node:fs');

try {
  fs.readFileSync('absent.txt');
} catch ({ code, errno, syscall, path }) {
  console.log(code, errno, syscall, path);
}
fs.createReadStream('absent.txt');
