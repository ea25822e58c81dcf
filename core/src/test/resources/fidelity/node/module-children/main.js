const a = require('./a');
require('./b');
console.log(module.children.map((child) => [child.id, child.children.map((one) => one.id)]), a.parent);
