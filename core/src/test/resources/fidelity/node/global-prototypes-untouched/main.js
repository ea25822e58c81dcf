for (const type of [Object, Function, Array, String, Promise, Error, Buffer, Map, RegExp]) {
  console.log(type.name, Object.getOwnPropertyNames(type.prototype).length, Object.keys(type.prototype));
}
console.log(Object.getOwnPropertyNames(Error), Error.prepareStackTrace, Error.stackTraceLimit);
