const { Worker } = require('node:worker_threads');

const worker = new Worker('throw new TypeError("in the worker")', { eval: true });
worker.on('error', (error) => console.log('error', error.name, error.message));
worker.on('exit', (code) => console.log('exit', code));
