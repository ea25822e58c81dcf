const fs = require('node:fs');

fs.mkdirSync('node_modules/greet/lib', { recursive: true });
fs.writeFileSync('node_modules/greet/package.json', '{"name":"greet","exports":{".":"./lib/a.js","./b":"./lib/b.js"}}');
fs.writeFileSync('node_modules/greet/lib/a.js', 'module.exports = "a";');
fs.writeFileSync('node_modules/greet/lib/b.js', 'module.exports = "b";');
console.log(require('greet'), require('greet/b'), require.resolve('greet'), require.resolve.paths('greet')[0]);
require('greet/lib/b.js');
