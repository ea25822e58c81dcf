console.log(Object.keys(require.cache));
require('./helper');
require('fs');
console.log(Object.keys(require.cache), require.cache[__filename] === module);
console.log(Object.keys(require.extensions));
