const fs = require('node:fs');

fs.writeFileSync('/dev/stdout', 'by path\n');
fs.writeFileSync('/dev/stderr', 'by path too\n');
