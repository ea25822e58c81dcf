const { Worker } = require('node:worker_threads');

const shared = new Int32Array(new SharedArrayBuffer(8));
const source = `
  const shared = require('node:worker_threads').workerData;
  Atomics.add(shared, 0, 41);
  Atomics.store(shared, 1, 1);
  Atomics.notify(shared, 1);
`;
new Worker(source, { eval: true, workerData: shared });
console.log(Atomics.wait(shared, 1, 0, 5000) !== 'timed-out', Atomics.add(shared, 0, 1) + 1);
