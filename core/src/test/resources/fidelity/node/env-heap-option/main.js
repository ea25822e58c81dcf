const { getHeapStatistics } = require('v8');
console.log(getHeapStatistics().heap_size_limit, process.execArgv, process.argv.slice(1));
