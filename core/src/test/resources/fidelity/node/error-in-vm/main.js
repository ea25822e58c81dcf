const vm = require('node:vm');

try {
  vm.runInNewContext('missing + 1', {}, 'box.js');
} catch (error) {
  console.log(error.name, error instanceof ReferenceError, error.stack.split('\n').slice(0, 2));
}
vm.runInThisContext('const a = ;', { filename: 'inside.js', lineOffset: 10 });
