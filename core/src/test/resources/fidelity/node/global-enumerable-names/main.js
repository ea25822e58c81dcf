console.log(Object.keys(globalThis), Object.getOwnPropertySymbols(globalThis));
console.log(Object.prototype.toString.call(globalThis), globalThis === global, typeof window);
