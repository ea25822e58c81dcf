const inspector = require('node:inspector');

console.log(inspector.url(), process.execArgv.length);
