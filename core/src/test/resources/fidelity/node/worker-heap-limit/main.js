const { Worker, isMainThread, resourceLimits } = require('worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename, { resourceLimits: { maxOldGenerationSizeMb: 24 } });
  worker.on('message', (limits) => console.log(limits));
  worker.on('error', (error) => console.log(error.code, error.message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  require('worker_threads').parentPort.postMessage(resourceLimits.maxOldGenerationSizeMb);
  const hoard = [];
  for (;;) hoard.push(new Array(1000).fill(hoard.length));
}
