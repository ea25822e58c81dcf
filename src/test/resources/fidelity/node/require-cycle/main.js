console.log(require('./a'));
