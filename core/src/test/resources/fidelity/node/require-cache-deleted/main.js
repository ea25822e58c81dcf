const first = require('./counter');
console.log(first === require('./counter'));
delete require.cache[require.resolve('./counter')];
console.log(first === require('./counter'));
