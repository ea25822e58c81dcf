const vm = require('node:vm');

const box = vm.createContext({ count: 2 });
vm.runInContext('count *= 21; var added = typeof require', box);
console.log(box, vm.isContext(box), vm.runInThisContext('typeof module'));
console.log(vm.runInNewContext('Object.getOwnPropertyNames(globalThis).includes("process")'));
console.log(new vm.Script('this.constructor.name').runInThisContext());
vm.runInNewContext('for (;;) {}', {}, { timeout: 20 });
