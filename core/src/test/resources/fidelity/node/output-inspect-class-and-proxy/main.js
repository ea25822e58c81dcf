const util = require('node:util');

class Point {
  #hidden = 1;
  constructor() { this.x = 1; }
  get sum() { return 2; }
  [util.inspect.custom](depth, options) { return `Point<${options.colors}>`; }
}
console.log(new Point(), [new Point()], new Proxy({ a: 1 }, {}), Object.create(null), new (class extends Array {})(3));
console.log(util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), util.inspect('it\'s'), util.types.isProxy({}));
console.log(util.format('%s', Object.assign(() => {}, { a: 1 })), Buffer.from('hi'), new Uint8Array(3), new Date(0));
