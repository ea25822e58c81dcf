console.log('before');
require('./helper');
console.log('never');
