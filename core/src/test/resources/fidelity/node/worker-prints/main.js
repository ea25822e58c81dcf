const { Worker } = require('node:worker_threads');

const worker = new Worker('console.log("from the worker"); console.error("its stderr")', { eval: true });
worker.on('exit', () => console.log('main, after the worker'));
