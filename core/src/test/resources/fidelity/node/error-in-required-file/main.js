const divide = require('./lib/divide');

console.log(divide(6n, 3n));
divide(1n, 0n);
