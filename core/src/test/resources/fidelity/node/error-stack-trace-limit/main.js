function deep(n) {
  return n === 0 ? new Error('deep') : deep(n - 1);
}
console.log(Error.stackTraceLimit, deep(20).stack);
Error.stackTraceLimit = 2;
console.log(deep(20).stack);
Error.stackTraceLimit = 0;
throw deep(1);
