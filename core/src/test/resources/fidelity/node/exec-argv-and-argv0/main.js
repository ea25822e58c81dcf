console.log(process.execArgv, process.argv0, process.execPath, process.argv[0] === process.execPath);
console.log(process.argv[1], process.env.NODE_OPTIONS);
