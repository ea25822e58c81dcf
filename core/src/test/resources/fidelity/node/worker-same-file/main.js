const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', (message) => console.log('main got', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  parentPort.postMessage(require.main === module);
  process.exit(5);
}
