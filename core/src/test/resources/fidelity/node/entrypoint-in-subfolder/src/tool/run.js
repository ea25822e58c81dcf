console.log(process.argv.slice(1), __dirname, process.cwd(), module.paths);
console.log(require('./sibling'));
require('./main');
