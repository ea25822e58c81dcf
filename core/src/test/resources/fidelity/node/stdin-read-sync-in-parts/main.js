const fs = require('node:fs');

const buffer = Buffer.alloc(4);
for (let read; (read = fs.readSync(0, buffer)) > 0;) console.log(read, buffer.toString('utf8', 0, read));
