process.emitWarning('not shown');
new Buffer(1);
console.log(process.env.NODE_OPTIONS, process.execArgv);
