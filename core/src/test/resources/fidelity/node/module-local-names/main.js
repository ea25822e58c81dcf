// Only the five names of the module wrapper, and nothing of the starter.
console.log(arguments.length, typeof exports, typeof require, typeof module, __filename, __dirname);
console.log(this === module.exports, arguments[0] === exports, arguments[2] === module);
console.log(require('module').wrapper);
