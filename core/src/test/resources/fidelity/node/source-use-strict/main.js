'use strict';
try {
  undeclared = 1;
} catch (error) {
  console.log(error.name, error.message);
}
console.log((function () { return typeof this; })(), typeof this);
Object.freeze(module.exports).x = 1;
