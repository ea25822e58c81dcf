console.log(require.main === module, require.main.filename, process.mainModule === module);
console.log(require('./helper'));
