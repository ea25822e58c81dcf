const text = require('node:fs').readFileSync(0, 'utf8');
console.log(JSON.stringify(text), text.split('\n').length);
