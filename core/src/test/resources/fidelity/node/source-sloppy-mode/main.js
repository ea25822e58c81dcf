leaked = 1;
var own = 2;
console.log(globalThis.leaked, globalThis.own, (function () { return this === globalThis; })());
console.log(010, typeof arguments.callee, delete Object.freeze([1])[0]);
with ({ inside: 3 }) console.log(inside);
