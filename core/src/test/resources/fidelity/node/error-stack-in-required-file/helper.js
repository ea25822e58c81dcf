Error.stackTraceLimit = 50;
exports.stack = new Error('from helper').stack;
