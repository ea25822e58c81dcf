console.log(require('./helper').stack);
