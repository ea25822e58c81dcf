// The warning of this young feature tells the process id.
process.removeAllListeners('warning');
process.on('warning', (warning) => console.log(warning.name));
const part = require('./part.mjs');
console.log(part.name, part.default());
