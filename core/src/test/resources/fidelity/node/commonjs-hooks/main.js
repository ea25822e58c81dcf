const Module = require('node:module');
const fs = require('node:fs');

require.extensions['.txt'] = (module, file) => { module.exports = fs.readFileSync(file, 'utf8'); };
console.log(require('./helper.txt'));
const load = Module._load;
Module._load = (name, ...rest) => (name === 'virtual' ? 'made up' : load(name, ...rest));
console.log(require('virtual'));
