const assert = require('node:assert');

assert.deepStrictEqual([1, 2, { a: 1 }], [1, 2, { a: 1 }]);
try {
  assert(1 === 2);
} catch (error) {
  console.log(error.message, error.code);
}
assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] });
