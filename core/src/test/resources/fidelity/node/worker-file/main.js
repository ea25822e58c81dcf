const { Worker, isMainThread, threadId, parentPort } = require('node:worker_threads');

console.log(isMainThread, threadId, parentPort);
const worker = new Worker('./worker.js', { workerData: { a: 1 } });
worker.on('message', (message) => console.log(message));
worker.on('exit', (code) => console.log('exit', code));
worker.postMessage(7);
