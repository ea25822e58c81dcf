process.removeAllListeners('warning');
process.on('warning', (warning) => console.log(warning.name, warning.code));
new Buffer(1);
new Buffer(1);
require('node:util').deprecate(() => {}, 'old is old', 'DEP_OLD')();
