const { parentPort, workerData, isMainThread, threadId } = require('node:worker_threads');

parentPort.on('message', (n) => {
  parentPort.postMessage({ square: n * n, workerData, isMainThread, threadId, file: __filename });
  parentPort.close();
});
