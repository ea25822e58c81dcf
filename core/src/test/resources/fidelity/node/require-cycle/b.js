const a = require('./a');
console.log('b sees', Object.keys(a), a.early);
exports.name = 'b';
