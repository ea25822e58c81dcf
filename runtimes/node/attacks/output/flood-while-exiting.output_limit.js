// Keeps writing in the handler that runs when it exits.
// limits: output=64k
const fs = require('fs');

process.on('exit', () => {
  for (;;) fs.writeSync(2, 'x'.repeat(1000));
});
