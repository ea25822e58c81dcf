console.log(require('fs') === require('node:fs'), require('module').isBuiltin('zlib'));
console.log(require('module').builtinModules.length, require('process') === process);
