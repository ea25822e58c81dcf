// Fills the work folder until nothing fits.
// limits: disk=10m
const fs = require('fs');

let written = 0;
const file = fs.openSync('big', 'w');
try {
  while (written < 64 << 20) written += fs.writeSync(file, Buffer.alloc(65536));
} catch (e) {
  console.log(e.code);
}
if (written > 10 << 20) console.log('BREACH:', written, 'bytes');
