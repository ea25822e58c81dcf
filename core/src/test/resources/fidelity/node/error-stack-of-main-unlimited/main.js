Error.stackTraceLimit = Infinity;
console.log(new Error('all frames').stack);
